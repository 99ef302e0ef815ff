"""Settings of the documentation. Build: sphinx-build -W -b html docs docs/_build/html."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

# autodoc imports modules as a type checker sees them, and FastAPI cannot be imported so; it is there already, then.
import fastapi  # noqa: F401

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "docs" / "_extensions"))

project = "cramplab"
author = "The cramplab authors"
copyright = "The cramplab authors"
release = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "generated",
    "mathml",
]
exclude_patterns = ["_build", "_extensions"]
# "(chosen: why)" below a constant is read as a type named chosen, of which there are several; nothing is lost by it.
suppress_warnings = ["ref.python"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
# Equations are shown by the browser itself, so that the pages need no network.
html_math_renderer = "mathml"

# The reference is made from what lies in the rooms, so that adding a file adds its page.
apidoc_modules = [
    {
        "path": "../src/cramplab",
        "destination": "reference/modules",
        "separate_modules": True,
        "module_first": True,
        "exclude_patterns": ["../src/cramplab/__main__.py", "../src/cramplab/cli"],
        "automodule_options": {"members", "show-inheritance", "undoc-members"},
    }
]
# A name is described where it is made, and not again where it is passed on.
autodoc_default_options = {"ignore-module-all": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_ivar = True
# The place of the type holds a unit, such as mmol/L: it is shown as written, and no page is looked for.
napoleon_use_param = False
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_title = f"cramplab {release}"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}
