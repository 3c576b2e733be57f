"""Turns of phrase about moments, numbers and goings, in words that the question reader knows (of `said_plainly`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import find_term, noun, with_article
from pipeline.asking.mentions import PEOPLE

Said = str | Callable[[re.Match[str]], str]
SEEN = (
    r"(?:there|here|visible|present|around|to be seen"
    r"|(?:in|on) (?:the )?(?:view|sight|shot|frame|picture|screen|scene))"
)
WHICH = r"(?:left|right|middle|cent(?:re|er)|first|second|third|last|other)"


def _the_nth_one(found: re.Match[str]) -> str:
    """Such as "how many people come after the first one leaves": the first person."""
    name = found["x"].lower()
    term, goes = "person" if name in PEOPLE else find_term(name), " leaves" if found["gone"] else ""
    return found[0] if term is None else f"{found['before']}{found['nth']} {noun(term).singular}{goes}"


_THE_END = (
    r"(?:(?:the )?(?:very )?end(?: of (?:the |this )?(?:video|clip|recording|footage|film))?"
    r"|(?:the |this )?(?:video|clip|recording|footage|film) (?:ends|is over|stops|finishes))"
)
_CLIP = r"(?:the |this )?(?:video|clip|recording|footage|film|movie|tape|vid)"
_NOUNS = {"disappear": "leaving", "depart": "leaving", "arriv": "appearing", "appear": "appearing",
          "return": "returning", "entr": "appearing", "exit": "leaving"}  # fmt: skip


def _as_event(found: re.Match[str]) -> str:
    """Such as "the second car's disappearance", as "the second car leaving"."""
    does = next(does for noun_, does in _NOUNS.items() if found["noun"].lower().startswith(noun_))
    return f"{found['x']} {does}"


_TELLS = (
    r"[^()–—?]*(?:\d|\b(?:only|those|that|which|who|mean\w*|after|before|between|from|left|right|up|down|first|last|except"
    r"|without|not|never|no|going|coming|moving|second|third|two|three)\b)"
)
"""Words of an aside that limits what is asked; any other one about whoever asks is dropped."""
_POLITE = (
    r"(?:(?:i|we)(?: should| would|['’]d) (?:be (?:most |very |so |ever so )?(?:grateful|thankful|obliged|glad)"
    r"|appreciate it) if you (?:could|would)|(?:would|could|can|will) you|i(?: would|['’]d) like (?:you to|to know)"
    r"|i wonder|i(?: a|['’])m (?:curious|wondering)|do you (?:happen to )?know|(?:i|we) (?:want|need) (?:you )?to"
    r"|please|kindly)(?:,? (?:please|kindly|perhaps|be so (?:kind|good) as to))*"
    r"(?: (?:tell (?:me|us)|let (?:me|us) know|establish|determine|say|find out|work out|check|see|confirm|know"
    r"|state))?"
)
"""How a question is put politely."""
_LEAVING_OUT = (
    r"(?:ignoring|ignore|skipping|skip|leaving (?:out|aside)|leave (?:out|aside)|not counting|excluding|disregarding"
    r"|apart from|except for|without)"
)
_A_PART = r"(?:[a-z\d-]+ )?(?:minutes?|seconds?|secs?|mins?|hours?)"
TYPED: tuple[tuple[str, Said], ...] = (
    (rf"^\W*{_POLITE} (?:whether|if) (?=(?:the|an?|any|there|all|both|some|more)\b)(?!.*\bor\b)", "Is it true that "),
    (rf"^\W*{_POLITE},? (?=(?:how|when|what|which|who|where|for how|at what|in what|in which)\b)", ""),
    (r"\bby the time the (?:clip|video|film|recording|footage) is (?P<t>[\d.]+ [a-z]+s) old\b", r"by \g<t>"),
    (
        r"\b(?:over|in|across) the (?:whole|entire|full|complete) (?!first|last|second|third)[a-z\d-]+"
        r" (?:minutes|hours)(?=\W*$)",
        "in the whole clip",
    ),
    (r"^(?P<be>\W*(?:is|are|was|were)) their(?= (?:more|fewer|any|an?|no|ever|a lot)\b)", r"\g<be> there"),
    (r"\bdu[zs]\b", "does"),
    (r"^(?P<do>\W*(?:did|do|does|has|have|is|are|was|were)) one of (?=(?:the|these|those|them)\b)", r"\g<do> any of "),
    (
        rf"\bby the (?P<n>{'|'.join(map(re.escape, ORDINALS))}) second\b(?! of)",
        lambda found: f"by {ORDINALS[found['n'].lower()]} seconds",
    ),
    (
        rf"\b(?P<at>before|after|by|at|until) second (?P<n>{'|'.join(list(WORDS)[1:])})\b",
        lambda found: f"{found['at']} {WORDS[found['n'].lower()]} seconds",
    ),
    (r"\b(?:cuont|coutn|cout)\b", "count"),
    (
        r"\b(?P<n>how many(?: of the)?|exactly(?: one)?|one|two|three|four|five|another|no"
        r"|the (?:first|second|third|last)) (?:figure|character)(?P<s>s?)\b"
        r"(?! (?:for|of|out|does|do|has|have|skat\w+|in (?:the )?(?:number|name)))",
        lambda found: f"{found['n']} {'people' if found['s'] else 'person'}",
    ),
    (r"\bm[ae]nn?y\b", "many"),
    (r"\b(?P<verb>leav|go|com|walk|driv|stay|mov|rid|head|pass|enter|stand)in\b(?!['’])", r"\g<verb>ing"),
    (r"\bwen\b", "when"),
    (r"\bwat\b", "what"),
    (r"\bdirection ?[=:]+ ?", "direction "),
    (rf" \((?!{_TELLS})[^()?]*\b(?:my|our|we|i|you)\b[^()?]{{5,}}\)", ""),
    (rf",? (?:-|–|—) (?!{_TELLS})[^-–—?]*\b(?:my|our|we|i|you)\b[^-–—?]{{5,}} (?:-|–|—),?(?= )", ""),
    (r"\broll(?P<s>s|ed)? (?:through|by|past)\b(?! the)", r"come\g<s>"),
    (r"(?<=\d) ?\.{2,3} ?(?=\d)", "-"),
    (r"\bt ?= ?(?P<n>\d+(?:\.\d+)?)(?! ?(?:s|secs?|seconds?|m|mins?|minutes?|frames?)\b|[:.\d])", r"\g<n> s"),
    (r"\bt ?= ?(?=\d)", ""),
    (r"\bhow much (?!seconds|minutes|hours|times|does|is|was|has|this)(?=(?:[a-z]+s|people)\b)", "how many "),
    (
        rf"^\W*(?!{_TELLS}[^:?]*:)(?![^:?]*\b(?:seconds?|minutes?|frame|moment|just|when|while|during|at)\b)"
        r"(?P<about>[^:?]*\b(?:my|our|we|i|i['’]m|you)\b[^:?]{5,}): "
        r"(?=(?:how|what|which|when|where|who|is|are|was|were|do|does|did|had|has|have)\b)",
        lambda found: found[0] if any(map(find_term, found["about"].lower().split())) else "",
    ),
    (r"\bwich\b", "which"),
    (r"\bthrid\b", "third"),
    (r"\b(?:secnd|secound|scond|sceond)\b", "second"),
    (r"\bfrist\b", "first"),
    (r"\b(?P<side>left|right)[- ]hand\b", r"\g<side>"),
    (r" r (?=(?:there|left|visible|still|in|on|seen)\b)", " are "),
    (r"\b(?:pepole|peple|poeple|ppeople|peopel)\b", "people"),
    (r"\bap+e+a?r(?P<s>s|ed)?\b(?<!appear)(?<!appears)(?<!appeared)", r"appear\g<s>"),
    (r"\bdis+ap+e+a?r(?P<s>s|ed)?\b(?<!disappear)(?<!disappears)(?<!disappeared)", r"disappear\g<s>"),
    (r"\bvehic(?:al|el|ile)(?P<s>s)?\b", r"vehicle\g<s>"),
    (r"\bprecisely (?=(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b)", "exactly "),
    (r"\bthe earlier(?: one)? or the later(?: one)?\b", "the first or the second"),
    (r"\b(?:some1|sum1)\b", "someone"),
    (r"\bany1\b", "anyone"),
    (r"\bnew faces\b", "new people"),
    (r"\bpeds\b", "pedestrians"),
    (
        r"\b(?:once|after|when) the first (?P<t>(?:[a-z\d]+ )?(?:minutes?|seconds))"
        r"(?:['’]s| is| was| are| were| had been) over\b",
        r"after the first \g<t>",
    ),
    (r"\b(?:vid|vids)\b", "video"),
    (r"\b(?P<verb>com|leav|go|driv|walk|arriv|pass|mov|stand|enter|show)in\b", r"\g<verb>ing"),
    (
        r"\b(?:once|after|when) (?P<t>[a-z\d-]+(?: and a half)? (?:seconds?|minutes?|secs?|mins?)) "
        r"(?:have |has |had )?(?:gone by|passed|elapsed)\b",
        r"after \g<t>",
    ),
    (
        r"\bbetween (?:the )?(?P<a>first|second|third|fourth|fifth) and (?:the )?(?P<b>second|third|fourth|fifth|sixth)"
        r" minute mark\b",
        lambda found: f"between {ORDINALS[found['a'].lower()]}:00 and {ORDINALS[found['b'].lower()]}:00",
    ),
    (
        r"\bthe (?P<a>first|second|third|fourth|fifth|sixth) minute mark\b",
        lambda found: f"{ORDINALS[found['a'].lower()]}:00",
    ),
    (r"\b(?P<x>[a-z]+)-to-(?P<y>[a-z]+) ratio\b", r"ratio of \g<x> to \g<y>"),
    (r"\b(?:opening|initial) (?=(?:[a-z\d-]+ )?(?:seconds|minutes|minute|secs|mins)\b)", "first "),
    (r"\bclosing (?=(?:[a-z\d-]+ )?(?:seconds|minutes|minute|secs|mins)\b)", "last "),
    (r"\b(?:the |a )?(?:minute[- ]and[- ]a[- ]half|one[- ]and[- ]a[- ]half[- ]minutes?) mark\b", "90 seconds"),
    (rf"^(?P<lead>\W*){_LEAVING_OUT} the first (?P<t>{_A_PART})[,:] ", r"\g<lead>after the first \g<t>, "),
    (rf"^(?P<lead>\W*){_LEAVING_OUT} the last (?P<t>{_A_PART})[,:] ", r"\g<lead>before the last \g<t> begins, "),
    (rf"^(?P<lead>\W*){_LEAVING_OUT} the first half[,:] ", r"\g<lead>in the second half, "),
    (rf"^(?P<lead>\W*){_LEAVING_OUT} the (?:last|second) half[,:] ", r"\g<lead>in the first half, "),
    (r" n (?=by how|how|when|where|who|what|which)", " and "),
)
MOMENTS: tuple[tuple[str, Said], ...] = (
    (
        r"^(?P<lead>\W*)(?:is|was) (?:the|an?|any) (?P<x>[a-z]+) (?:there|here|visible)(?=\W*$)",
        lambda found: f"{found['lead']}is {with_article(found['x'])} visible",
    ),
    (r"\bin the (?:very )?(?:first|opening) frame\b", "at the start"),
    (r"\bin the closing (?:frame|second|moment)\b", "at the end"),
    (r"\bthe very first (?=[a-z]+ (?:come|appear|arrive|show|turn))", "the first "),
    (r"^(?P<lead>\W*when (?:does|did) [^,]+?) come up(?=\W*$)", r"\g<lead> appear"),
    (
        r"^(?P<lead>\W*how many [a-z]+ (?:are|were|is|was))(?: around| there| visible)? (?P<n>\d+|[a-z]+)"
        r" (?P<unit>seconds?|minutes?) in(?=\W*$)",
        r"\g<lead> there at \g<n> \g<unit>",
    ),
    (r"^\W*the moment (?=(?:the|an?) [^,]+, (?:how many|who|what|which)\b)", "when "),
    (
        r"\b(?P<are>are|were|was|is) (?P<there>there|here|visible) from the (?:very )?(?:start|beginning)(?=\W*$)",
        r"\g<are> \g<there> at the start",
    ),
    (
        r"^(?P<lead>\W*)(?P<is>is|are|was|were) (?P<x>(?:the|an?|any) [a-z]+) still (?:there|here|around"
        r"|present)(?= at the (?:very )?end\b)",
        r"\g<lead>\g<is> \g<x> visible",
    ),
    (
        r"^\W*(?:of|among) (?:all (?:of )?)?the (?P<x>[a-z]+) (?:who|that) (?:came|come|appeared|passed(?: by)?"
        r"|were seen|showed up),"
        r" (?P<asks>how many|which) ",
        r"\g<asks> \g<x> ",
    ),
    (r"^(?P<lead>\W*how many [a-z]+) (?:are|were|is) left (?=at\b)", r"\g<lead> are there "),
    (
        r"^(?P<lead>\W*how many [a-z]+) (?:stay(?:ed)?|remain(?:ed)?|stood|are there|were there)(?: there)?(?: for)?"
        r" (?P<more>more|longer|less|over|under) (?:than )?(?=\d|an?\b|half|one|two|three|five|ten|twenty|thirty)",
        lambda found: (
            f"{found['lead']} are visible for "
            f"{'less' if found['more'].lower() in ('less', 'under') else 'longer'} than "
        ),
    ),
    (
        r"^(?P<lead>\W*)how many (?P<x>[a-z]+?)s (?:were|are|get|got) (?:put back|returned|brought"
        r" back)(?P<when> .+?)?(?=\W*$)",
        lambda found: f"{found['lead']}how many times does a {found['x']} come back{found['when'] or ''}",
    ),
    (
        r"^(?P<asks>\W*(?:is|are|was|were) there (?:always |ever )?(?:at least |at most |exactly )?[a-z]+"
        r" [a-z]+) (?:on|at)"
        r" (?:the|my|our|this) (?:bench|table|desk|shelf|counter|street|road)(?=\W*$)",
        r"\g<asks>",
    ),
    (
        r"\b(?P<is>is|are|was|were) (?P<x>(?:an?|the|any) [a-z]+) on the (?:street|road|square|pavement|sidewalk|path)"
        r"(?=\W*$)",
        r"\g<is> \g<x> visible",
    ),
    (
        r"^(?P<lead>\W*)what (?P<x>animals?|vehicles?|furniture|things|objects) (?:are|is|stands?)"
        r" (?:about|around|there|here)(?=\W*$)",
        r"\g<lead>what \g<x> are visible",
    ),
    (
        r"^\W*(?:on )?which side (?P<does>do|does|did) (?P<x>they|people|the [a-z]+) (?:walk|go|drive|ride|run|come)"
        r" (?:out|off|away)(?: on)?(?=\W*$)",
        lambda found: f"on which side {found['does']} {'people' if found['x'].lower() == 'they' else found['x']} leave",
    ),
    (
        r"^(?P<lead>\W*(?:after|once|before) [^,]+, )what else (?P<does>drives|comes|passes|appears|goes)(?: by|"
        r" past| along)?"
        r"(?=\W*$)",
        r"\g<lead>what appears",
    ),
    (
        r"\bhow many of the (?P<x>[a-z]+) (?=(?:are|were) (?:still )?(?:visible|there|in (?:view|sight))\b)",
        r"how many \g<x> ",
    ),
    (r"\b(?P<when>by|at|until|before|after) second (?P<n>\d+)\b", r"\g<when> \g<n> seconds"),
    (r"\bmore (?P<x>[a-z]+) or more (?P<y>[a-z]+)\b", r"more \g<x> or \g<y>"),
    (r"\b(?:at|from) the (?:very )?outset\b", "at the start"),
    (r"\b(?:wander|walk|drive|ride|wander|move|run)s? off\b(?! (?:to|on|at)\b)", "leave"),
    (
        rf"^(?P<asks>\W*(?:do|does|did|how many)\b.*?\b(?:leave|left|go|gone|disappear)(?: away| off)?) before"
        rf" (?:{_CLIP} (?:is|was) over"
        rf"|the end(?: of {_CLIP})?)(?=\W*$)",
        r"\g<asks>",
    ),
    (
        r"\bthe (?P<x>[a-z]+) (?:that|which|who) (?:came|arrived|appeared|showed up) (?P<nth>first|last)(?: of all)?\b",
        r"the \g<nth> \g<x>",
    ),
    (
        r"\b(?:the )?(?:number of|how many) (?P<x>[a-z]+) (?:that |who )?(?:turn|show)s? up for the first time\b",
        r"how many new \g<x> appear",
    ),
    (
        rf"^(?P<asks>\W*how many (?:of the )?[a-z]+ (?:are|is|were) (?:still )?{SEEN}) (?:when|once|as) {_CLIP}"
        rf" (?:ends|cuts off|stops|is over)(?=\W*$)",
        r"\g<asks> at the end",
    ),
    (
        r"^\W*(?P<at>at \d+ ?(?:secs?|seconds?|s|minutes?)|at \d+:\d\d),? (?P<asks>(?:are|were|is|was) there"
        r" (?:more|fewer) .+?)(?=\W*$)",
        r"\g<asks> \g<at>",
    ),
    (r"\bha(?:ve|s|d) come and gone\b", "have left"),
    (
        r"^(?P<lead>\W*)how (?:often|many times) (?:is|was) (?P<x>(?:an?|the) [a-z]+) (?:placed|put|set)(?: back"
        r"| down| there"
        r"| in(?:to)? the (?:scene|picture|frame))?(?: (?:after the start|again))?(?=\W*$)",
        r"\g<lead>how many times does \g<x> come back",
    ),
    (r"\b(?:in|during) the (?:very )?(?:final|last) (?:second|moment|frame)\b(?! \d)", "at the end"),
    (
        r"\b(?:over|in|during|across|within) (?:the|these) (?:whole|entire|full|complete) (?:\d+|[a-z]+)"
        r" (?:seconds|minutes|hours)\b",
        "in the whole clip",
    ),
    (r"\bwithout a single\b", "without any"),
    (
        r"\bwhat number of (?P<x>[a-z]+) (?:stands?|is|are|can be seen|do you see)\b(?: along| on| at| in)?(?: the"
        r" [a-z]+)?(?=\W*$)",
        r"how many \g<x> are there",
    ),
    (
        r"^(?P<lead>\W*(?:please )?)(?:name|list) everything (?:that|which) is (?:still )?(?:there|visible) (?=at\b)",
        r"\g<lead>what is visible ",
    ),
    (
        r"^\W*(?:of|among) (?:all (?:of )?)?the (?P<x>[a-z]+), how many (?=(?:are|were|is|was|stay|come|came"
        r"|leave|left|appear|go|move)\b)",
        r"how many \g<x> ",
    ),
    (r"\bstays? in (?:view|sight) for (?=less|under|more|over|at least)", "are visible for "),
    (
        r"\bfrom when (?:un)?till? when (?:is|was|are|were) (?:the |an? )(?P<x>(?!first|second|third"
        r"|last)[a-z]+) (?:visible|there|seen"
        r"|present|in (?:view|sight))",
        r"from when to when was each \g<x> there",
    ),
    (r"\bdrops? out of (?:the )?(?:picture|view|sight|frame|scene)\b", "leave"),
    (
        rf"^(?P<asks>\W*(?:how many [a-z]+ (?:are|is|were)|(?:is|are|was|were) [a-z ]+?) (?:still )?{SEEN})"
        rf" (?:when|once|as) it (?:ends|is over"
        rf"|stops)(?=\W*$)",
        r"\g<asks> at the end",
    ),
    (
        r"\b(?:when|at what time) (?:does|did) (?:an?|any) (?P<n>[a-z]+) first (?:leave|go(?: away)?"
        r"|disappear)(?: the [a-z]+)?(?=\W*$)",
        r"when does any \g<n> leave first",
    ),
    (
        r"\bwhen (?:does|did) (?P<x>an?|any|the first) (?P<n>[a-z]+) (?:leave|go(?: away)?|disappear) (?:for the"
        r" first time|first)\b",
        r"when does any \g<n> leave first",
    ),
    (
        rf"^\W*(?:while|whilst) (?P<y>the [a-z]+(?: [a-z]+)?) (?:is|was) (?:standing |parked |waiting )?{SEEN},?"
        rf" (?P<asks>how many) (?:new"
        rf" )?(?P<x>[a-z]+) (?:came into view"
        r"|come into view|arrived?|enter(?:ed)?|turn(?:ed)? up|show(?:ed)? up|appear(?:ed)?|joined)(?=\W*$)",
        r"\g<asks> new \g<x> come between \g<y> appearing and \g<y> leaving",
    ),
    (r"\bstill to be seen\b", "visible"),
    (
        r"\bhow many more (?P<x>[a-z]+) (?:came|come|appear|appeared|arrived?|enter(?:ed)?)(?: in)? (?:until"
        r"|till|by|up to) (?=\d)",
        r"how many \g<x> appear before ",
    ),
    (
        rf"^(?P<lead>\W*)who (?P<is>is|was|were|are) (?:still |already )?{SEEN} (?=at (?:the|\d))",
        r"\g<lead>which people are visible ",
    ),
    (rf"\b(?:when|as|once) {_CLIP} (?:begins|starts|opens|began|started|opened)\b", "at the start"),
    (
        rf"^(?P<asks>\W*(?:is|are|was|were)\b.*)\b(?:when|as|once) {_CLIP} (?:ends|stops|is over|finishes)\b",
        r"\g<asks>at the end",
    ),
    (
        r"^\W*(?:the )?(?P<nth>first|second|third|fourth|fifth|last) (?P<x>[a-z]+) to (?P<does>show up|come"
        r"|appear|arrive"
        r"|leave|go)(?: in)?,? when\W*$",
        r"when does the \g<nth> \g<x> \g<does>?",
    ),
    (
        r"\bwhere (?P<does>does|did|do) (?P<x>(?:the |an? )?[a-z]+(?: [a-z]+)?) (?:go|leave|disappear|exit)(?:"
        r" to| off)?(?=\W*$)",
        r"on which side \g<does> \g<x> leave the picture",
    ),
    (
        r"\bafter (?P<x>(?:the|an?) [a-z]+(?: [a-z]+)?) (?:had |has )?(?:arrived|appeared|come|entered|arrives"
        r"|appears|comes)"
        r" (?:but|and) before (?:it|he|she|they) (?:had |has |have )?(?:left|gone|leaves?|disappeared|go(?:es)?)\b",
        r"between \g<x> appearing and \g<x> leaving",
    ),
    (
        r"^\W*(?P<x>[a-z]+) arrivals,? (?:(?P<u>minute|hour) by (?:minute|hour)|(?:per|each|every|for each|by)"
        r" (?P<v>minute"
        r"|hour))(?=\W*$)",
        lambda found: f"how many {found['x']}s appear in each {found['u'] or found['v']}",
    ),
    (
        r"^\W*(?:the )?number of (?:new )?(?P<x>[a-z]+) (?:per|for each|in each|for every) (?P<n>\d+)[-"
        r" ](?P<unit>second|minute"
        r"|hour)s?(?: interval| block| bin| period)(?=\W*$)",
        r"how many \g<x> appear in each \g<n> \g<unit>s",
    ),
    (
        r"^\W*(?:the )?(?:count|number) of (?P<x>[a-z]+) (?:that are |who are )?(?:visible|there|seen) for"
        r" (?P<less>under|less"
        r" than|over|more than|longer than) (?P<t>[^,?]+?)(?=\W*$)",
        lambda found: (
            f"how many {found['x']} are visible for "
            f"{'less' if found['less'].lower() in ('under', 'less than') else 'more'} than {found['t']}"
        ),
    ),
    (
        rf"^(?P<lead>\W*)(?:is|was) (?P<x>the (?:{WHICH}|first|second|third|last) [a-z]+) ever (?:gone|missing"
        rf"|away|absent"
        r"|taken(?: away)?|out of (?:sight|view|frame))(?=\W*$)",
        r"\g<lead>does \g<x> go away",
    ),
    (
        rf"\balready (?P<seen>(?:\w+ )?{SEEN}) (?:right )?at the (?:very )?(?:start|beginning|outset)\b",
        r"\g<seen> at the start",
    ),
    (
        r"\bwhich (?P<x>things|objects|items) (?=(?:are|were) )(?=.*\bat (?:the (?:very )?(?:start|beginning|end)|\d))",
        r"what \g<x> ",
    ),
    (r"(?<!or )(?<!left )(?<!the )(?<!from )(?<!to )\bright (?=at the (?:very )?(?:start|beginning|outset|end)\b)", ""),
    (
        r"^(?P<before>(?:(?!\b(?:from|between)\b).)*)\b(?:up to|until|till) minute (?P<n>[a-z]+|\d+)\b",
        r"\g<before>in the first \g<n> minutes",
    ),
    (
        r"\bwhen (?:has|have|had|is|was) (?P<x>the [a-z\d]+(?: [a-z]+)?) (?:gone|left|disappeared)(?: (?:again"
        r"|away))?(?=\W*$)",
        r"when does \g<x> leave",
    ),
    (
        r"^(?P<before>\W*how many (?:new )?(?P<x>[a-z]+)\b(?:(?! the ).)* the )(?P<nth>first|second|third|fourth|fifth"
        r"|last) one(?P<gone> (?:has|have|had|is|was) (?:already )?gone)?\b",
        _the_nth_one,
    ),
    (r"^(?P<lead>\W*how many (?:new |more |other )?[a-z]+ )join\b", r"\g<lead>appear"),
    (
        r"^(?P<asks>\W*how many (?:new|more|other) [a-z]+ (?:come|appear|arrive|enter|show up|turn up|came|appeared"
        r"|arrived|entered))(?: along| in| by| past)? (?:while|whilst|during the time(?: that| when)?) (?P<y>the"
        r" [a-z]+"
        rf"(?: [a-z]+)?) (?:is|was) {SEEN}(?=\W*$)",
        r"\g<asks> between \g<y> appearing and \g<y> leaving",
    ),
    (
        r"^\W*(?:please )?(?:give me |show me |list |tell me |what(?:['’]s| is| was) )?(?:the )?number of (?:new )?"
        r"(?P<x>[a-z]+) (?P<unit>minute|hour) by (?:minute|hour)(?=\W*$)",
        r"how many \g<x> appear in each \g<unit>",
    ),
    (
        r"\bever (?:an?|any|some) (?:moment|time|point|second|stretch|period)s? (?:with|(?:when|where|at which"
        rf"|in which)"
        rf"(?: there (?:is|was|are|were))?) (?P<none>nothing|nobody|no[ -]?one|no [a-z]+)(?: at all)?"
        rf"(?: (?:is|was|are|were))?(?: {SEEN})?(?=\W*$)",
        r"ever \g<none> visible",
    ),
    (
        rf"\b(?P<x>how many [a-z]+) (?:stay|stayed|remain|remained|wait|waited)(?: there| here| on| parked)*"
        rf" (?:un)?(?:till?|to) {_THE_END}",
        r"\g<x> are visible at the end",
    ),
    (
        r"^\W*(?:please )?count (?:all )?(?:of )?(?:the )(?P<x>[a-z]+)(?= (?:who|that|which|still|there|visible|in"
        r"|at)\b)",
        r"how many \g<x>",
    ),
)
EVENTS: tuple[tuple[str, Said], ...] = (
    (
        r"\b(?P<x>the (?:[a-z]+ )?[a-z]+)['’]s (?P<noun>disappearance|departure|arrival|appearance|return"
        r"|entrance|exit)\b",
        _as_event,
    ),
    (
        r"\bthe (?P<noun>disappearance|departure|arrival|return) of (?P<x>the (?:[a-z]+ )?(?!(?:and|or|until"
        r"|till|to|in|at|on|after"
        r"|before|did|does|is|was|how|what|which)\b)[a-z]+)\b",
        _as_event,
    ),
)
_TYPED_OUT = tuple((re.compile(pattern, re.I), said) for pattern, said in (*TYPED, *EVENTS))


def typed_out(text: str) -> str:
    """`text` with what is typed short in full ("did some1 stay the whole vid"), and events as what happens ("the car's
    arrival" as "the car appearing")."""
    for pattern, said in _TYPED_OUT:
        text = pattern.sub(said, text)
    return text
