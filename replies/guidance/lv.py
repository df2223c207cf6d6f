"""Latvian: how replies apologise, explain and go on, and how they go wrong."""

from __future__ import annotations

from replies.guidance.wordlist import Wording, phrases

WORDING = Wording(
    apology=phrases(
        r"atvainojiet", r"atvainojam(?:ies|os)", r"atvainojos",
        r"(?:lūdzam|lūdzu|gribam|vēlamies|gribētu|gribu|jāatvainojas)(?: (?:jums|jūs|jūsu|no sirds|mūs|patiesi))*"
        r" (?:piedošanu|atvainot(?:ies)?|atvainošanos)",
        r"piedodiet",
        r"(?:mums |man )?(?:ļoti |patiesi |tiešām |no sirds |dziļi )*žēl(?:,)? (?:ka|par|dzirdēt|lasīt|to)",
        r"(?:mums|man) (?:ļoti |patiesi |tiešām )?žēl", r"(?:ļoti |patiesi |dziļi )?nožēlojam",
        r"(?:izsakām|pieņemiet|izteikt|lūdzam pieņemt)(?: (?:jums|mūsu|patiesu|patiesas|visdziļāko|sirsnīgu|savu))*"
        r" (?:atvainošanos|nožēlu)",
        r"(?:mums|man) (?:ļoti |patiesi )?(?:neērti|kauns|nepatīkami),? (?:ka|par|jūsu)", r"esam jūs pievīluši",
    ),
    not_apology=phrases(
        r"(?:atvainojiet|piedodiet),? (?:bet|taču|protams)",
        r"(?:žēl|nožēlojam),? (?:ka|ja) jūs (?:tā )?(?:domājat|uzskatāt|jūtaties|nesapratāt|apvainojāties)",
        r"ne(?:grasāmies|taisāmies|domājam) (?:\w+ )?atvainoties",
        r"nav (?:par ko|jāatvainojas|iemesla) (?:\w+ )?(?:atvainoties)?",
    ),
    explains=phrases(
        r"jo", r"tāpēc", r"tādēļ", r"tā kā", r"dēļ", r"iemesl\w+", r"cēlon\w+", r"sakarā ar", r"saistīt\w* ar",
        r"rezultātā", r"izrādījās", r"izrādās", r"noskaidroj(?:ām|u|uši)\w*", r"noskaidrots",
        r"(?:pār|iz)baudīj(?:ām|u)", r"pārbaud(?:ījuši|ījām|īts)", r"(?:iz)?runājām", r"pārrunājām",
        r"(?:iz)?pētījām", r"izskatīj(?:ām|uši)", r"apskatīj(?:ām|āmies)", r"uzzinājām", r"atradām",
        r"(?:no)?tik(?:a|ās|usi)", r"(?:at|sa)gadījās", r"(?:no)?mainīj(?:ām|uši)", r"nomainījām", r"pievienojām",
        r"papildinājām", r"apmācījām", r"salabojām", r"izlabojām", r"pārcēlām", r"uzlabojām", r"ieviesām",
        r"pieņēmām", r"mūsu (?:kļūd\w+|vain\w+|neuzmanīb\w+|nepilnīb\w+)", r"tajā (?:dienā|vakarā|brīdī)",
        r"(?:ne)?pietrūka", r"saplīsa", r"sabojājās", r"kavējās", r"nevajadzēja (?:tā )?\w+", r"patiešām",
        r"kļūdījāmies",
    ),
    next_step=phrases(
        r"(?:at|uz)?rakstiet", r"(?:pie|pa)?zvaniet", r"sazinieties", r"sazinā(?:simies|ties|sies|šos)",
        r"piezvan(?:īsim|īšu|īs)", r"atmaks(?:āsim|ājām|āt)", r"nomain(?:īsim|īt)", r"aizstāsim",
        r"(?:no|at|aiz)sūt(?:īsim|iet|īt|ījām)", r"(?:do|dodiet) (?:mums )?ziņu", r"dodiet (?:mums )?zināt",
        r"pastāstiet", r"paziņojiet", r"informē(?:jiet|sim)", r"vērsieties", r"vērsties", r"piedāvā(?:jam|sim|t)",
        r"aicinām", r"gaid(?:ām|īsim|īšu)", r"uzaicin(?:ām|āt|āsim)",
        r"(?:būsim|būtu|būšu) (?:\w+ )?(?:priecīgi|priecīga|prieks|pateicīgi|gatavi)", r"labprāt",
        r"(?:varam|varēsim|vēlamies|vēlētos|gribam|centīsimies|esam gatavi) (?:\w+ ){0,3}?\w+(?:t|ties)",
        r"(?:iz|sa)labosim", r"atrisināsim", r"noskaidrosim", r"atbildēsim", r"uzrakstīsim", r"pārbaudīsim",
        r"piegādāsim", r"kompensēsim", r"apmainīsim", r"\w+ (?:dienu|stundu|nedēļas|dienas|darbdienu|minūšu) laikā",
        r"atnāciet", r"nāciet", r"iegriezieties", r"atnesiet", r"droši (?:zvaniet|rakstiet|nāciet)", r"parūpēsimies",
        r"mūsu (?:tālrunis|numurs|tālruni|e-pasts|e-pastu)",
    ),
    invites=phrases(
        r"(?:at|uz)?rakstiet", r"(?:pie|pa)?zvaniet", r"sazinieties", r"vērsieties", r"sazināties",
        r"(?:piezvanīt|rakstīt|zvanīt|vērsties)",
        r"(?:mūsu|pa|uz|klientu) (?:tālru\w+|numur\w+|e-past\w+|adres\w+|e-pastu)", r"tālrun(?:is|i|ī):?",
        r"whatsapp", r"e-past(?:s|u|ā):?",
    ),
    order=phrases(
        r"(?:pasūtījum\w*|rezervācij\w*|rēķin\w*|ček\w*|sūtījum\w*|pavadzīm\w+)(?: (?:numur\w*|nr\.?"
        r"|kods))?\s*[:#№]*\s*(?=[A-Z]{0,4}-?\d)",
        whole=False,
    ),
    arguing=phrases(
        r"(?:tā|tas|tie|šī|šis)? ?(?:ir |vienkārši |absolūti |pilnīgi )*(?:nepatiesība|meli|nav taisnība|nav tiesa"
        r"|neatbilst patiesībai|izdomājums|izdomājumi)",
        r"jums nav taisnība", r"jūs (?:kļūdāties|maldāties|pārspīlējat|melojat|jaucat|izdomājat)",
        r"(?:mēs |es )?(?:kategoriski |pilnīgi |absolūti )?ne(?:piekrītam|piekrītu)",
        r"jūsu (?:apgalvojum\w+|apsūdzīb\w+|pārmetum\w+|izdomājum\w+)", r"pretēji (?:jūsu|tam,? ko jūs)",
        r"neviens (?:cits |vēl |līdz šim )*nav sūdzējies",
        r"(?:pārējie|citi|visi (?:mūsu|citi|pārējie)) (?:klienti|viesi|pircēji) (?:vienmēr |ļoti )?ir (?:ļoti "
        r"|vienmēr |pilnīgi )*apmierināti",
        r"patiesībā jūs", r"ar visu cieņu", r"atvainojiet,? bet (?:jūs|tā|tas)",
        r"žēl,? ka jūs tā (?:domājat|uzskatāt|jūtaties)", r"fakti (?:liecina|rāda) (?:par )?(?:pretējo|ko citu)",
        r"mēs iebilstam",
    ),
    blame=phrases(
        r"(?:jūs )?(?:pats|pati|paši) (?:esat )?(?:vainīgs|vainīga|vainīgi|izvēlējāties|gribējāt|neizlasījāt"
        r"|nepārbaudījāt|nepateicāt)",
        r"(?:tā |tas )?(?:ir |bija )?jūsu (?:pašu |paša |pašas )?(?:vaina|problēma|kļūda|neuzmanība|problēmas"
        r"|nolaidība|vainas)",
        r"jums (?:vajadzēja|bija|vajadzētu|nācās|derētu)(?: \w+)? (?:uzmanīgāk|izlasīt|jālasa|jāizlasa|klausīties"
        r"|uzreiz|laikus|jāpasaka|pateikt|jāpārbauda|pārbaudīt|pajautāt|jājautā|padomāt|iepriekš)",
        r"ja jūs (?:būtu|vien būtu|tikai būtu) (?:\w+ )?(?:izlasīj\w+|klausīj\w+|pateik\w+|teikuš\w+|pārbaudīj\w+"
        r"|jautāj\w+|uzmanīg\w+|pateikuš\w+)",
        r"jūs (?:neizlasījāt|neklausījāties|aizmirsāt|nepārbaudījāt|nepajautājāt|nepapūlējāties|neuzmanīgi|pārkāpāt"
        r"|atteicāties)",
        r"vainojiet sevi", r"jūsu (?:neuzmanīb\w+|nolaidīb\w+|pavirš\w+)(?: dēļ)?",
    ),
    aggression=phrases(
        r"mel(?:is|e|i|ojat|ot|us)", r"idiot\w*", r"muļķ(?:is|e|i|ības|ība|ību|īb\w+)", r"stulb\w*", r"dumj\w*",
        r"(?:aiz|ap)vērieties", r"apklusti(?:et)?", r"aizveriet muti",
        r"beidziet (?:melot|sūdzēties|gausties|čīkstēt|izdomāt)", r"kaunieties",
        r"jums (?:jābūt|vajadzētu) (?:kauns|kaunēties)", r"kā jums nav kauna", r"kauna nav",
        r"(?:tiksimies|vērsīsimies|satiksimies|iesniegsim)(?: \w+)? (?:pret jums )?tiesā", r"mūsu jurist\w+",
        r"neslavas celšan\w+", r"apmelo\w+", r"nenāciet (?:vairs|pie mums|šurp)(?: \w+)?",
        r"ejiet (?:prom|ratā|citur|dirst)", r"trollē\w*", r"trollis", r"absurd\w*", r"iztiksim bez (?:jums|tādiem)",
        r"nekaunīg\w+",
    ),
    superiority=phrases(
        r"jūsu zināšanai",
        r"(?:tas |visiem |ikvienam |katram |taču )+(?:ir )?(?:acīmredzams|acīmredzami|zināms|skaidrs|saprotams"
        r"|pašsaprotami|pašsaprotams)",
        r"kā (?:visiem|ikvienam|katram) (?:ir )?zināms",
        r"jūs (?:acīmredzot|laikam|vienkārši|droši vien|skaidri|gluži vienkārši) ne(?:saprotat|orientējaties|zināt"
        r"|protat|esat|sapratāt)",
        r"jūs ne(?:saprotat|orientējaties|esat (?:eksperts|speciālists|profesionālis))",
        r"(?:atgādinām|paskaidrojam|vēlreiz (?:paskaidrojam|atkārtojam|atgādinām)) jums",
        r"(?:iemācieties|mācieties)",
        r"nākam(?:reiz|ajā reizē|o reizi) (?:lasiet|domājiet|klausieties|esiet uzmanīg\w+|skatieties|uzmanīgāk)",
        r"mēs (?:labāk )?zinām labāk", r"mums labāk zināms", r"atšķirībā no jums",
        r"(?:elementāri|elementāra|elementārs)", r"nomierinieties", r"ne jums mūs (?:mācīt|tiesāt)",
        r"mēs esam (?:profesionāļi|eksperti|speciālisti),? (?:un|bet|tāpēc)",
    ),
    cliches=phrases(
        r"(?:cien|god)(?:\.|ījamais|ījamā|ātais|ātā|ājamais|ājamā|ienījamais) (?:klient|pircēj|vies|lietotāj)\w*",
        r"cienījam(?:ais|ā|ie) (?:klient|pircēj|vies|lietotāj)\w*",
        r"par (?:sagādātajām|radītajām|iespējamām|iespējamajām) neērtībām",
        r"jūsu (?:viedoklis|atsauksme|zvans) (?:mums )?ir (?:ļoti )?svarīg\w+(?: mums)?", r"saskaņā ar",
        r"atbilstoši (?:noteikumiem|līgumam|reglamentam|punktam)", r"ar šo (?:informējam|paziņojam)", r"darām zināmu",
        r"augstāk minēt\w+", r"iepriekš minēt\w+",
        r"jūsu (?:iesniegums|sūdzība) (?:ir )?(?:reģistrēta|reģistrēts|pieņemta|pieņemts|izskatīta|izskatīts)",
        r"pieliksim visas pūles", r"veiksim (?:nepieciešamos|atbilstošus) pasākumus",
    ),
    casual=phrases(
        r"čau", r"sveiks", r"sveika", r"čusiņ\w*", r"okej", r"ok", r"kruti", r"super", r"forši", r"baigi", r"tu",
        r"tev", r"tevi", r"tavs", r"tava", r"tavu", r"davai", r"nu jā", r"paldiesiņš", r"atā", r"jep", r"draugi",
    ),
)
GENERIC = frozenset({
    "anonīms", "anonīma", "anonims", "viesis", "lietotājs", "lietotaja", "klients", "kliente", "pircējs", "pircēja",
    "apmeklētājs", "ceļotājs", "pasūtījums", "nezināms", "autors",
})
