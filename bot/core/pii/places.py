"""Rules for postal addresses: street and number, in the order of several languages."""

import re

from bot.core.pii.rule import Rule

_STREET = (
    r"(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Court|Ct\.?"
    r"|Way|Place|Square|Terrace|Crescent|Close|Gardens|Grove|Hill|Mews|Row|Parkway|Pkwy\.?|Highway|Hwy"
    r"\.?|Circle|Trail|Alley|Quay|Walk|Green|Rise|Park|Broadway|Esplanade)"
)
#: A year and whoever bears the name of a meadow.
_NO_YEAR = r"(?!(?:19|20)\d\d(?:-\d{1,4})?,? \w+ (?:Green|Hill|Park|Lane|Rise|Walk|Row|Grove)\b)"
_COMMON = (
    r"(?:edits?|articles?|pages?|more|of|on|in|the|a|and|or|to|new|main|users?|times|wall|old|hours?"
    r"|miles?|km|metres?|meters?|minutes?|days?|years?|lane|way|million|people)"
)
#: What follows street and number: a code, a place.
_REST = (
    r"(?:,? (?:\d{4,6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})?(?: ?[A-ZÄÖÜÉ][\w'’-]{1,30}){0,2}){0,2}"
)
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽĐŐŰА-Я][\w'’.-]{0,30}"
_ONE = 1
#: Words that only sound like a street.
_NO_STREETS = frozenset(
    "investigate gate delegate navigate aggregate litigate mitigate irrigate propagate interrogate"
    " string ring spring during bring monitoring offering wiring firing hiring sharing referring"
    " tie necktie zombie cookie newbie rookie selfie norweg unterweg brigade renegade gatan"
    " kate laan ufer damm steig wikitie".split()
)

PLACES: tuple[Rule, ...] = (
    Rule(
        kind="address",
        digits=_ONE,
        pattern=re.compile(
            rf"(?<![\w.#-]){_NO_YEAR}\d{{1,5}}(?:[a-zA-Z]|[-/]\d{{1,4}})?,? (?:[NSEW]\.? )?"
            rf"(?:(?:[A-Z][\w'’-]{{0,30}}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,3}}{_STREET}(?!\w){_REST}"
        ),
        hits=("she lives at 12 Example Street", "221b Old Sample Rd", "500 W 5th Ave, Exampletown"),
        misses=("3 edits on Wall Street", "the Street View tool", "2031 Jane Green"),
    ),
    Rule(
        kind="address",
        digits=_ONE,
        needs=("street", "avenue", "road", "lane", "boulevard", "terrace", "crescent"),
        pattern=re.compile(
            rf"(?<![\w.#-])\d{{1,5}}[a-z]? (?!{_COMMON} )[a-z'-]{{3,30}} (?!{_COMMON} )"
            r"(?:[a-z'-]{3,30} )?(?:street|avenue|road|lane|boulevard|terrace|crescent)(?!\w)",
            re.IGNORECASE,
        ),
        hits=("12 example street", "its 4 elder sample road"),
        misses=("3 edits on wall street", "5 new road articles", "in 2031 the road was built"),
    ),
    Rule(
        kind="address",
        digits=_ONE,
        pattern=re.compile(
            r"(?<!\w)[A-ZÄÖÜ][\w-]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|steig"
            r"|chaussee|straat|laan|plein|gracht|kade|dijk|singel|gatan|gata|vägen|veien|vegen|gate|vej"
            r"|gade|katu|tie|stræde) \d{1,4}(?: ?[a-zA-Z])?(?![\w.]\w|\w)" + _REST
        ),
        hits=("er wohnt in der Musterstraße 5", "Beispielweg 12 a", "Voorbeeldstraat 7"),
        misses=("Norweg", "unterwegs 5", "String 5", "Investigate 5"),
        check=lambda match: match[0].split()[0].lower() not in _NO_STREETS,
    ),
    Rule(
        kind="address",
        digits=_ONE,
        pattern=re.compile(
            r"(?<!\w)(?:Am|An der|Auf der|Auf dem|Im|In der|Zum|Zur|Unter den|Große|Kleine|Alte|Neue)"
            r" [A-ZÄÖÜ][\w-]{2,30}(?:[ -](?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring))?"
            r" \d{1,3}[a-z]?, \d{4,5} [A-ZÄÖÜ][\w-]{1,30}"
            r"|(?<!\w)(?:[A-ZÄÖÜ][\w-]{1,30}[ -]){1,3}(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring)"
            r" \d{1,4}[a-z]?(?!\w)"
        ),
        hits=("Am Beispiel 3, 12345 Musterstadt", "Erika-Muster-Straße 9"),
        misses=("Am Montag 3", "Straße 9"),
    ),
    Rule(
        kind="address",
        digits=_ONE,
        needs=(
            "rue",
            "avenue",
            "boulevard",
            "bd",
            "place",
            "chemin",
            "impasse",
            "allée",
            "quai",
            "cours",
            "route",
            "square",
        ),
        pattern=re.compile(
            r"(?<![\w.#-])\d{1,4}(?: ?(?:bis|ter|quater|[a-d]))?,? (?:rue|avenue|av\.|boulevard|bd|"
            r"place|chemin|impasse|allée|quai|cours|route|square) (?:(?:de|du|des|la|le|les|d['’]|l['’]|"
            r"aux?|saint\w?) ?){0,3}[^\W\d_][\w'’-]{1,30}(?: [A-ZÀ-Þ][\w'’-]{1,30}){0,3}" + _REST,
            re.IGNORECASE,
        ),
        hits=("10 rue de l'Exemple, 75000 Exempleville", "4 bis avenue du Modèle"),
        misses=("la rue", "10 rues", "3 place"),
    ),
    Rule(
        kind="address",
        digits=_ONE,
        needs=(
            "calle",
            "avenida",
            "avda",
            "c/",
            "plaza",
            "paseo",
            "carrer",
            "via",
            "viale",
            "piazza",
            "corso",
            "vicolo",
            "rua",
            "travessa",
            "praça",
            "ul.",
            "ulica",
            "ул",
            "улица",
            "пр",
        ),
        pattern=re.compile(
            r"(?<!\w)(?:(?i:calle|avenida|avda\.?|c/|plaza|paseo|carrer|viale|piazza|corso|vicolo|rua"
            r"|travessa|praça|ul\.|ulica|ул\.|улица|проспект|просп\.)|Via|via) ?(?:d[aeiou]l{0,2}[aeo]? ?|d[eo]"
            rf" la |las? |los? ){{0,2}}{_CAPITAL}(?: (?:de |da |do |del )?{_CAPITAL}){{0,3}},?"
            r" (?:n[º°.]?[º°]? ?|núm\. ?|д\. ?|дом )?\d{1,4}[a-zA-Z]?(?!\w|[.,]\d)" + _REST
        ),
        hits=(
            "Calle del Ejemplo 12",
            "via Esempio, 7",
            "ul. Przykładowa 5",
            "Rua Exemplo, n. 4",
            "ул. Примерная, д. 5",
        ),
        misses=("via IRC 5", "calle 13", "Via Example"),
        check=lambda match: match[0].split()[1].strip(",") not in {"IRC", "SUL", "HTTP", "IP"},
    ),
    Rule(
        kind="address",
        digits=_ONE,
        needs=("box", "postfach", "apartado", "boîte postale"),
        pattern=re.compile(
            r"(?<!\w)(?:p\.? ?o\.? ?box|postfach|apartado(?: de correos)?|boîte postale)"
            r"(?: no\.?| nr\.?)? \d{1,3}(?: ?\d{2,3})?(?!\w)" + _REST,
            re.IGNORECASE,
        ),
        hits=("PO Box 123, Exampletown", "P.O. Box 45", "Postfach 12 34 56"),
        misses=("mail box 5", "PO box"),
    ),
    Rule(
        kind="address",
        digits=_ONE,
        needs=(
            "address",
            "live",
            "living",
            "adress",
            "stays",
            "staying",
            "reside",
            "wohn",
            "house",
        ),
        pattern=re.compile(
            r"\b(?:(?<!ip )(?<!mail )(?:home |postal |street )?address(?: is|:)|(?:home|street|postal) "
            r"address|lives? (?:at|on)|living (?:at|on)|stay(?:s|ing) at|resid(?:es?|ing) (?:at|in)"
            r"|house is (?:at|on)|adresse (?:ist|lautet|est|:)|wohnt (?:in|am|an))[ :]{1,2}"
            r"(?P<what>(?![^.;!?\n]{0,60}?(?::\w|@|//|\d\.\d))[^.;!?\n\d]{3,30}\d[^.;!?\n]{0,40}"
            r"|\d{1,5}[a-z]? [^.;!?\n]{3,40})",
            re.IGNORECASE,
        ),
        hits=("her address is example street 12", "he lives at 4 sample court"),
        misses=(
            "the IP address is blocked",
            "lives at home",
            "the ip address is 192.0.2.5",
            "the address in v6 is 2001:db8::12",
            "the address is https://example.org/a12",
        ),
    ),
    Rule(
        kind="address",
        needs=("路", "街", "道", "丁目", "番地"),
        pattern=re.compile(
            r"[\u4e00-\u9fff]{2,20}(?:路|街|道|巷)\d{1,5}号|[\u3040-\u9fff]{1,20}\d{1,3}丁目\d{1,3}"
            r"(?:番地?|-\d)"
        ),
        hits=("例子市样本路12号", "見本町1丁目2番地"),
        misses=("道路", "第5号"),
    ),
    # How a phone shares where it is.
    Rule(
        kind="address",
        digits=2,
        needs=("geo:",),
        pattern=re.compile(
            r"(?<!\w)geo:-?\d{1,3}(?:\.\d{1,20})?,-?\d{1,3}(?:\.\d{1,20})?[\w,.;=+-]{0,80}",
            re.IGNORECASE,
        ),
        hits=("geo:51.5008,-0.1247", "here geo:51.5,0.1;u=35"),
        misses=("geo: 5 articles", "the geo:infobox, 2 of 3"),
    ),
)
