"""English: how replies apologise, explain and go on, and how they go wrong."""

from __future__ import annotations

from replies.guidance.wordlist import Wording, phrases

WORDING = Wording(
    apology=phrases(
        r"(?:we|i)(?:['’]m|['’]re| am| are)? (?:(?:very|so|truly|really|sincerely|deeply|terribly|genuinely) )?sorry",
        r"(?:(?:very|so|truly|really|deeply|terribly) )?sorry (?:for|about|that (?:we|our|the|this|your|it)|to hear"
        r"|again)",
        r"(?:we |i |please )?(?:(?:do|would like to|want to|must|sincerely|deeply) )*apologi[sz]e",
        r"(?:our|my|please accept our|please accept my) (?:sincere |sincerest |deepest |heartfelt |full )?apolog(?:y"
        r"|ies)",
        r"apologies", r"(?:please )?forgive us", r"we owe you an apology", r"(?:we|i) regret that (?:we|our|your)",
    ),
    not_apology=phrases(
        r"sorry (?:that )?(?:if )?you (?:feel|felt|think|thought|were offended|took|misunderstood|did ?n['’o]t read)",
        r"sorry (?:that )?you see it (?:that|this) way", r"sorry,? but", r"sorry if (?:you|anyone|anybody)",
        r"(?:not|n['’]t|nothing to|no (?:need|reason) to) (?:be )?(?:apologi[sz]e(?: for)?|sorry)",
    ),
    explains=phrases(
        r"because", r"due to", r"the (?:reason|cause)\w*", r"caused by", r"as a result", r"turn(?:ed|s) out",
        r"what happened",
        r"(?:we|i)(?:['’]ve| have)? (?:already |now |since )?(?:checked|looked into|reviewed|found|spoken|spoke"
        r"|talked|learned|learnt|investigated|traced|discussed|went through)",
        r"(?:we|i)(?:['’]ve| have)? (?:already |now |since )?(?:changed|added|moved|replaced|trained|fixed|repaired"
        r"|introduced|hired|put|set up|updated|corrected|retrained|improved)",
        r"it (?:seems|appears)",
        r"(?:was|were|had been) (?:short[- ]staffed|broken|delayed|closed|out of order|understaffed|overbooked)",
        r"should (?:not )?have (?:been|taken|arrived|come|told|checked|had)",
        r"our (?:mistake|fault|error|oversight)", r"since (?:the|our|we)", r"that day", r"went wrong",
    ),
    next_step=phrases(
        r"(?:write|email|e-mail|mail|contact|call|phone|message|reach|text|tell|ask|visit|ring) (?:to )?(?:us|me"
        r"|our)",
        r"(?:get|be|stay) in touch(?: with)?", r"reach out", r"let (?:us|me) know", r"drop (?:us|me) a line",
        r"(?:we|i)(?:['’]ll| will| would| can|['’]d)(?: \w+){0,3}? (?:refund|replace|send|call|contact|get back"
        r"|write|reply|check|repair|return|exchange|arrange|make it right|put (?:it|this) right|offer|be in touch"
        r"|fix|compensate|invite|sort|look into|speak)",
        r"please (?:write|call|contact|send|email|reply|come|visit|bring|give us|show|check)",
        r"(?:would|we['’]d) (?:love|like|be (?:glad|happy)) to (?:invite|welcome|see|hear|make|offer|have)",
        r"come (?:back|by|and see)", r"next step", r"on its way", r"has been (?:refunded|sent|replaced|credited)",
        r"within (?:\w+ ){1,3}(?:hours?|days?|weeks?)", r"give us (?:a|another) (?:call|chance)", r"at your disposal",
        r"(?:hear|hearing) from you", r"could you (?:please )?(?:send|write|tell|share|call)",
    ),
    invites=phrases(
        r"(?:write|email|e-mail|mail|contact|call|phone|message|reach|text|ring|find|ask)(?: \w+){0,4}? (?:us|me|at"
        r"|on|to|via|our|for)",
        r"our (?:phone|number|e-?mail|address|hotline|office)", r"(?:get|be) in touch", r"whatsapp", r"line at",
    ),
    order=phrases(
        r"(?:order|invoice|booking|reservation|receipt|parcel|tracking)(?: (?:number|no\.?|nr\.?|id"
        r"|code))?\s*[:#№]*\s*(?=[A-Z]{0,4}-?\d)",
        whole=False,
    ),
    arguing=phrases(
        r"that(?:['’]s| is) (?:simply |just |absolutely )?(?:not true|untrue|false|a lie|wrong|nonsense|not correct"
        r"|incorrect)",
        r"this is (?:simply |just |absolutely )?(?:not true|untrue|false|a lie|nonsense)",
        r"you(?:['’]re| are) (?:simply |just )?(?:wrong|mistaken|lying|exaggerating|confused)",
        r"(?:we|i) (?:strongly |completely |totally |must |have to |respectfully )*(?:disagree|object|refuse to)",
        r"contrary to (?:what you|your)", r"as you (?:well|very well|perfectly well) know",
        r"your (?:claims?|accusations?|allegations?|version)", r"not (?:what|how it) (?:actually )?happened",
        r"no (?:one|body) else (?:has )?(?:ever )?(?:complain\w*|had)",
        r"(?:other|all our|most) (?:customers|guests|clients) (?:are|were|have been) (?:always |very |perfectly"
        r" )?(?:happy|satisfied|fine)",
        r"sorry,? but (?:you|that|this|it)", r"sorry (?:that )?you (?:feel|felt|think) (?:that|this|so)\w*",
        r"with all due respect", r"the facts (?:are|say|show) (?:otherwise|different)",
    ),
    blame=phrases(
        r"(?:it(?:['’]s| is| was)|that(?:['’]s| is| was)) (?:entirely |only |all )?your (?:own )?(?:fault|mistake"
        r"|problem|error)",
        r"you (?:should|could|ought to) have (?!been|received|got|had|expected|come to expect)\w+",
        r"you (?:failed|forgot|neglected|refused) to",
        r"(?:if|had) you (?:had )?(?:only |just |actually )?(?:read|listened|followed|asked|checked|bothered)",
        r"you (?:did not|didn['’]t|never) (?:even )?(?:read|listen|follow|ask|tell|check|bother|say|complain)",
        r"your own (?:fault|choice|decision|negligence|carelessness)", r"you (?:caused|provoked|started)",
        r"blame (?:yourself|the (?:courier|supplier|weather))", r"you misused",
        r"you (?:must|probably) have misunderstood",
    ),
    aggression=phrases(
        r"liars?", r"idiots?", r"stupid\w*", r"shut up", r"ridiculous", r"shame on you",
        r"(?:we|i) will (?:sue|see you in court)",
        r"(?:legal action|our lawyers?|our legal team|defamation|slander|libel)", r"how dare you",
        r"(?:complete|utter|such|is|just) (?:nonsense|rubbish)", r"get lost",
        r"(?:please|just|then|and) go (?:away|elsewhere|somewhere else)", r"do ?n['’]?o?t (?:ever )?come back",
        r"pathetic", r"(?:you(?:['’]re| are) )?(?:a )?(?:troll|hater)s?", r"stop (?:lying|complaining|whining)",
        r"what(?:['’]s| is) wrong with you",
    ),
    superiority=phrases(
        r"(?:we|i) (?:have to |must |need to )?(?:explain|remind|teach) (?:to )?you (?:that|how|once)",
        r"as (?:any|every)(?:one|body) knows",
        r"(?:it(?:['’]s| is)|that(?:['’]s| is)) (?:obvious|elementary|common sense|common knowledge|basic)",
        r"obviously,? you",
        r"you (?:clearly|obviously|evidently|apparently|simply|just) (?:do ?n['’]?o?t|did ?n['’]?o?t|have no|are not"
        r"|have never|can ?not|fail)",
        r"you (?:do ?n['’]?o?t|can ?not|can['’]t) (?:understand|appreciate|know (?:what|how|anything))",
        r"for your information", r"(?:let us|let me|allow us to|allow me to) (?:educate|enlighten|remind) you",
        r"we are (?:professionals|experts),? (?:and|so|unlike)", r"(?:unlike|not like) you",
        r"next time (?:read|think|listen)", r"learn to", r"we know (?:better|best)",
        r"too (?:complicated|difficult) for you", r"(?:calm down|relax,)",
    ),
    cliches=phrases(
        r"dear (?:customer|client|guest|user|valued \w+|sir|madam|sir or madam)", r"valued customers?",
        r"(?:any|the) inconveniences? (?:this )?(?:may have |might have |has |have )?caused",
        r"your (?:opinion|feedback|call|satisfaction) is (?:very |extremely )?important to us",
        r"we take (?:all|every|your) (?:feedback|complaints?|comments?|such matters) (?:very )?seriously",
        r"please be (?:advised|informed)", r"in accordance with", r"pursuant to", r"kindly note", r"we strive to",
        r"at your earliest convenience", r"hereby",
    ),
    casual=phrases(
        r"hey", r"yeah", r"nope", r"yep", r"gonna", r"wanna", r"lol", r"omg", r"guys", r"oops", r"awesome", r"cheers",
        r"thx", r"pls", r"asap", r"no worries", r"dude", r"folks", r"super (?:sorry|happy|cool)",
    ),
)
GENERIC = frozenset({
    "anonymous", "anonym", "guest", "user", "customer", "client", "buyer", "shopper", "traveller", "traveler",
    "visitor", "google", "facebook", "reviewer", "order", "unknown", "someone", "deleted", "hidden", "verified",
    "the", "a",
})
