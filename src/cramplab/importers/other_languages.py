"""What people call columns in German, French, Spanish, Italian, Portuguese and Dutch, and what they write in them.

One string for each language, in that order, with ``|`` between names. Accents, capitals and signs do not count, and for
``ä`` also ``ae`` is taken. What means two of our columns in one table, or two things in two of the languages, is left
out: a pound that may be 500 g (Pfund, livre, libra, pond), ``v`` (vrouw or varón), ``d`` (divers or donna), ``tempo``,
``Tag`` (a day, or a label), and ``na`` alone (after, or sodium).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cramplab.importers.table_columns import Column, name_of

NAMES: Mapping[str, tuple[str, ...]] = {
    "athlete_id": (
        "Sportler | Sportlerin | Athletin | Spieler | Spielerin | Nummer | Rückennummer | Trikotnummer | Startnummer",
        "athlète | joueur | joueuse | sportif | sportive | numéro | n° | dossard",
        "atleta | jugador | jugadora | deportista | código | número | nº | dorsal",
        "giocatore | giocatrice | codice | numero",
        "jogador | jogadora",
        "atleet | sporter | speler | speelster | rugnummer",
    ),
    "position": ("Gruppe", "poste | groupe", "posición | puesto | grupo", "posizione | ruolo | gruppo", "posição",
                 "positie | groep"),
    "sex": ("Geschlecht | m w | w m | m w d", "sexe | genre | h f | f h", "sexo | género", "sesso | genere",
            "gênero", "geslacht"),
    "age_y": ("Alter", "âge", "edad", "età", "idade", "leeftijd"),
    "mass_kg": ("Gewicht | Körpergewicht | Masse | Körpermasse", "poids | poids de corps | masse corporelle",
                "peso | peso corporal | masa | masa corporal", "peso corporeo | massa | massa corporea",
                "massa corporal", "lichaamsgewicht | lichaamsmassa"),
    "height_cm": ("Größe | Körpergröße", "taille", "talla | estatura | altura", "altezza | statura", "altura",
                  "lengte | lichaamslengte"),
    "sweat_rate_L_per_h": ("Schweißrate", "taux de sudation | débit sudoral", "tasa de sudoración | tasa de sudor",
                           "tasso di sudorazione", "taxa de sudorese | taxa de sudação", "zweetsnelheid"),
    "sweat_sodium_mmol_per_L": ("Natrium im Schweiß | Schweißnatrium", "sodium sudoral | sodium de la sueur",
                                "sodio en sudor | sodio en el sudor | sodio", "sodio nel sudore",
                                "sodio no suor | sódio", "natrium in zweet | zweetnatrium | natrium"),
    "heat_acclimated": ("hitzeakklimatisiert | akklimatisiert", "acclimaté | acclimaté à la chaleur",
                        "aclimatado | aclimatado al calor", "acclimatato | acclimatato al caldo",
                        "aclimatado ao calor", "geacclimatiseerd | geacclimatiseerd aan warmte"),
    "sickle_cell_trait": ("Sichelzellanlage | Sichelzellmerkmal | Sichelzellträger", "trait drépanocytaire",
                          "rasgo falciforme | rasgo drepanocítico", "tratto falcemico | tratto falciforme",
                          "traço falciforme", "sikkelceldrager | drager van sikkelcel"),
    "cramp_history": ("Krämpfe | Muskelkrämpfe", "crampes", "calambres", "crampi", "cãibras | câimbras", "krampen"),
    "date": ("Datum", "", "fecha", "data", "", ""),
    "session": ("Einheit | Trainingseinheit", "séance | entraînement", "sesión | entrenamiento | entreno",
                "sessione | seduta | allenamento", "sessão | treino", "sessie"),
    "drank_L": ("getrunken | Trinkmenge | Flüssigkeit | Flüssigkeitszufuhr | Wasser",
                "bu | volume bu | liquide bu | boisson | eau | eau bue", "bebido | bebida | líquido ingerido | agua",
                "bevuto | liquidi assunti | liquidi bevuti | acqua", "bebeu | líquidos ingeridos | água",
                "gedronken | drinken | vocht | vochtinname"),
    "urine_L": ("Urin | Urinmenge | Harn", "volume d'urine", "orina", "urina", "volume de urina", "urineproductie"),
    "duration_min": ("Dauer | Trainingsdauer | Zeit", "durée", "duración", "durata", "duração",
                     "duur | tijdsduur | tijd"),
    "air_C": ("Luft | Lufttemperatur | Temperatur", "température | température de l'air",
              "temperatura | temperatura del aire",
              "temperatura dell'aria | temperatura ambiente", "temperatura do ar",
              "lucht | luchttemperatuur | temperatuur"),
    "humidity_pct": ("Luftfeuchtigkeit | Luftfeuchte | relative Luftfeuchtigkeit | rel Luftfeuchte",
                     "humidité | humidité relative", "humedad | humedad relativa", "umidità | umidità relativa",
                     "umidade | humidade | umidade relativa | humidade relativa",
                     "luchtvochtigheid | relatieve luchtvochtigheid"),
    "intensity": ("Intensität | Belastung | Anstrengung", "intensité", "intensidad | esfuerzo", "intensità | sforzo",
                  "intensidade | esforço", "intensiteit | inspanning"),
}  # fmt: skip
_BEFORE = (
    "vorher | vor | vor Training | vor dem Training",
    "avant | avant séance",
    "antes",
    "prima",
    "antes",
    "voor | vooraf",
)
_AFTER = ("nachher | nach | nach Training | nach dem Training", "après | après séance", "después", "dopo", "depois",
          "na | achteraf")  # fmt: skip
# What gives way to another column of the same meaning, as in English: a name to a code, a time to a duration.
WEAKER: Mapping[str, str] = {
    "athlete_id": "nom | nombre | nome | naam", "duration_min": "Zeit | tijd", "date": "data",
    "position": "Gruppe | groupe | grupo | gruppo | groep",
    "session": "Training | entraînement | entrenamiento | allenamento",
}  # fmt: skip
TELLING: Mapping[str, Mapping[str, str]] = {
    "duration_min": {"min": "Minuten | minutos | minuti", "h": "Stunden | heures | horas | uren"}
}
_YES_NO = {"yes": "ja | j | oui | sí | sim | s", "no": "nein | non | não | nee"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": {
        "female": "weiblich | Frau | Frauen | femme | féminin | mujer | femenino | femenina | donna | femmina"
                  " | femminile | mulher | feminino | feminina | vrouw | vrouwelijk",
        # "h" is a man in French, Spanish and Portuguese; what "m" next to it means is asked in `misleading_letters`.
        "male": "männlich | Mann | Männer | homme | masculin | h | hombre | varón | masculino | uomo | maschio"
                " | maschile | homem | mannelijk",
        "unspecified": "divers | autre | otro | altro | outro | anders",
    },
    "heat_acclimated": {**_YES_NO, "partly": "teilweise | en partie | partiellement | en parte | parcialmente"
                                             " | in parte | em parte | deels | gedeeltelijk"},
    "cramp_history": {
        "never": "nie | niemals | nein | jamais | nunca | mai | nooit | nee",
        "sometimes": "manchmal | gelegentlich | selten | parfois | rarement | a veces | raramente | a volte | às vezes"
                     " | soms | zelden",
        "most_events": "oft | häufig | meistens | immer | souvent | toujours | a menudo | siempre | spesso | sempre"
                       " | muitas vezes | vaak | meestal | altijd",
    },
    "intensity": {
        "easy": "leicht | locker | niedrig | facile | léger | légère | faible | fácil | ligero | ligera | suave | baja"
                " | leggero | leggera | bassa | leve | baixa | licht | makkelijk | laag",
        "moderate": "mittel | mäßig | moderat | modéré | modérée | moyen | moyenne | moderado | moderada | media"
                    " | moderato | moderata | média | matig | gemiddeld",
        "race_pace": "Wettkampf | Wettkampftempo | allure de course | ritmo de carrera | ritmo de competición"
                     " | ritmo gara | ritmo de prova | wedstrijdtempo",
        "hard": "hart | schwer | hoch | intensiv | dur | intense | élevée | duro | dura | intenso | intensa | alta"
                " | forte | fuerte | zwaar | hoog",
    },
}  # fmt: skip


def with_other_languages(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Give columns that also know what other languages call them and write in them."""
    return tuple(map(_with_other_languages, columns))


def _with_other_languages(column: Column) -> Column:
    names = [name for each in NAMES.get(column.key, ()) for name in _names(each)]
    moments = {"mass_before_kg": (*_BEFORE, "pre"), "mass_after_kg": (*_AFTER, "post")}.get(column.key, ())
    if moments:
        names += _masses_at([name for each in moments for name in _names(each)])
    weaker = _names(WEAKER.get(column.key, ""))
    words = WORDS.get(column.key, _YES_NO if column.kind == "yes_no" else {})
    said = {name: means for means, all_names in words.items() for name in _names(all_names)}
    telling = {name: unit for unit, each in TELLING.get(column.key, {}).items() for name in _names(each)}
    return replace(
        column, names=tuple(dict.fromkeys((*column.names, *names, *weaker))), weaker=(*column.weaker, *weaker),
        words={**said, **column.words}, telling={**telling, **column.telling},
    )  # fmt: skip


def _masses_at(moments: list[str]) -> Iterator[str]:
    """Give every moment alone, and before and behind every word for a mass."""
    masses = [name for each in NAMES["mass_kg"] for name in _names(each)]
    yield from (moment for moment in moments if moment not in ("pre", "post", "na"))
    for moment in moments:
        for mass in masses:
            yield f"{mass} {moment}"
            yield f"{moment} {mass}"


def _names(text: str) -> list[str]:
    """Split names, as headers are compared; with ``ae`` for ``ä`` too."""
    written = [each.strip() for each in text.split("|") if each.strip()]
    spelled = [each.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for each in written]
    return list(dict.fromkeys(map(name_of, [*written, *spelled])))


def misleading_letters(heading: str, cells: Iterable[str]) -> frozenset[str]:
    """Say which letters in a column of sexes cannot be relied on.

    In Spanish and Portuguese ``m`` can be *mujer* or *mulher*, and a man is then ``h`` or ``v``.

    Parameters
    ----------
    heading
        What the column is called.
    cells
        All that stands in it.
    """
    letters = {name_of(each) for each in cells}
    iberian = name_of(heading) in ("sexo", "genero") and "f" not in letters
    return frozenset("m") if iberian or letters & {"h", "v"} else frozenset()
