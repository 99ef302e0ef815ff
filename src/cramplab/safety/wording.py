"""Finds sentences that join drinking or salt with cramp as advice, and those that name a blocked medicine.

It looks at words, so it is a guard against slips and no proof: a sentence without these words can still mislead.
"""

from __future__ import annotations

import html
import re

BLOCKED = "quinine"
"""Never offered: those who license medicines hold its harm in leg cramps to outweigh its use (FDA, boxed warning)."""
_DRINK = (
    r"\b(?:drink\w*|drank|drunk|sip(?:s|ping)?|fluids?|water|beverages?|hydrat\w+|rehydrat\w+|bottles?|salts?|salty|"
    r"salting|sodium|electrolytes?|minerals?|magnesium|potassium|pickle\w*|broth|capsules?|tablets?)\b"
)
_CRAMP = r"\b(?:cramp(?!lab)\w*|spasms?|charley horses?)\b"
_REMEDY = (
    r"\b(?:prevent\w*|cur(?:e\w*|ing)|treat\w*|stop(?:s|ping)?|avoid\w*|reliev\w+|relief|eas(?:e[sd]?|ing)|fix\w*|"
    r"fight\w*|beat\w*|banish\w*|heal\w*|soothe\w*|end(?:s|ing)?|reduc\w+|lower\w*|remed\w+|protect\w*|ward\w* off|"
    r"get\w* rid|keep\w*|guard\w*|help\w*|good for|against|less likely|fewer|free of|instead of)\b"
)
_DO = r"\b(?:drink|sip|swallow|take|have|use|eat|add|try|reach for|get|carry|replace|top up|stay|keep)\b"
_FOR = r"\b(?:for|because of|at the first sign of|(?:if|when|once) you (?:get|have|feel)|in case of|due to)\b"
_NEEDS = r"\b(?:needs?|wants?|calls? for|means?|is a sign of|asks? for)\b"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_DRINK}.{{0,80}}?{_REMEDY}.{{0,40}}?{_CRAMP}",
        rf"{_REMEDY}.{{0,40}}?{_CRAMP}.{{0,80}}?{_DRINK}",
        rf"{_CRAMP}.{{0,60}}?{_REMEDY}.{{0,60}}?{_DRINK}",
        rf"{_DO}.{{0,50}}?{_DRINK}.{{0,80}}?{_CRAMP}",
        rf"{_CRAMP}\?.{{0,20}}?{_DO}.{{0,40}}?{_DRINK}",
        rf"{_FOR}.{{0,30}}?{_CRAMP}.{{0,60}}?{_DO}.{{0,40}}?{_DRINK}",
        rf"{_DRINK}.{{0,50}}?{_FOR}.{{0,30}}?{_CRAMP}",
        rf"{_CRAMP}.{{0,40}}?{_NEEDS}.{{0,40}}?{_DRINK}",
    )
)
# "Drink to thirst and you will not cramp": a "not" that promises.
_PROMISE = re.compile(
    rf"^(?:drink|sip|swallow|take|stay|keep|add)\b.{{0,80}}?\b(?:no|not|never|without)\s+(?:\w+\s+)?{_CRAMP}",
    re.IGNORECASE,
)
_BLOCKED = re.compile(rf"\b{BLOCKED}\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no|nobody|nothing|neither|nor|none|cannot|without)\b|n't\b", re.IGNORECASE)
# A "not" that denies nothing: "do not forget to drink", "not only water", "no doubt".
_IDLE_NOT = re.compile(
    r"\b(?:not only|no doubt|(?:not|never|don't) (?:forget|miss|skip|wait|hesitate)|(?:not|without) enough)\b",
    re.IGNORECASE,
)
_BLOCKS = (
    r"(?:p|li|ul|ol|td|th|tr|table|caption|thead|tbody|h[1-6]|div|section|summary|details|dt|dd|dl|br|header|footer)"
)


def advice_found(text: str) -> list[str]:
    """Give every sentence that offers drinking or salt for a cramp, or names the blocked medicine at all.

    Parameters
    ----------
    text
        Plain text, Markdown, or the HTML of a page.

    Returns
    -------
    list of str
        The sentences, empty if all is well. A sentence that denies what it joins is none.
    """
    return [each for each in sentences(text) if _BLOCKED.search(each) or _is_advice(each)]


def sentences(text: str) -> list[str]:
    """Split a text or a page into sentences; cells of a table and points of a list are sentences of their own."""
    # A question stays with what follows it: that is its answer.
    return [each.strip() for each in re.split(r"(?<=[.!;])\s+|\n", _plain(text)) if each.strip()]


def _plain(text: str) -> str:
    """Take tags out of HTML, and join lines that were only wrapped."""
    if re.search(r"</\w+>|<!doctype", text, re.IGNORECASE):
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<!--.*?-->", " ", text)
        text = re.sub(r"\s+", " ", text)
        text = re.sub(rf"(?i)</?{_BLOCKS}\b[^>]*>", "\n", text)
        return html.unescape(re.sub(r"<[^>]+>", " ", text))
    # A line that goes on with a small letter or a figure was wrapped; anything else begins something new.
    return re.sub(r"\n[ \t>#*-]*(?=[a-z0-9(])", " ", text)


def _is_advice(sentence: str) -> bool:
    if _PROMISE.search(sentence) and re.search(_DRINK, sentence, re.IGNORECASE):
        return True
    for shape in _SHAPES:
        found = shape.search(sentence)
        if found and not _is_denied(sentence, found):
            return True
    return False


def _is_denied(sentence: str, found: re.Match[str]) -> bool:
    """Say whether a real "not" stands in the clause before the match or inside it."""
    clause = re.split(r"[,:]", sentence[: found.start()])[-1] + found.group()
    return bool(_NOT.search(_IDLE_NOT.sub(" ", clause)))
