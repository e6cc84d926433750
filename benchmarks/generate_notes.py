"""Generate realistic notes of any size: headings, tables, lists, definitions, statements, code and formulas.

The generator is seeded: the same number of cards always gives the same notes. No two sections are equal: names are made
of random syllables, so that the vocabulary grows with the deck, and sentences about them are made of common words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeVar

CARDS_A_SECTION = 5.55  # measured on 1,000 sections; determines only the sizes of the decks
SECTIONS_A_FILE = 36
_SEED = 20260923
_SYLLABLES = (
    "al an ar as at ba be bo bri ca ce cor da del do dra el en er es fa fi flo ga gen gra hal he im in ka ker kin "
    "la le lin lo lu ma men mi mon na ne nor o ol or pa per pol pro qua ra re ri ro sa se sig so sta su ta te ter "
    "ti to tra tri u ul un va ve vi vo xe ya zan ze ål ör über é"
).split()
_FIELDS = (
    "storage,networking,chemistry,anatomy,grammar,statistics,optics,accounting,botany,cryptography,geology,harmony,"
    "law,medicine,navigation,pharmacology,queueing,robotics,scheduling,thermodynamics,typography,virology"
).split(",")
_NOUNS = (
    "account,address,agent,anchor,axis,balance,band,batch,beam,buffer,carrier,cell,channel,charge,client,cluster,code,"
    "column,contract,copy,current,cycle,density,device,disk,edge,engine,enzyme,error,event,fibre,field,filter,flow,"
    "force,frame,gate,graph,group,index,input,journal,key,layer,lens,limit,link,list,lock,loss,market,mass,matrix,"
    "membrane,message,metal,mirror,mode,motor,muscle,nerve,node,notice,orbit,order,output,packet,page,partition,path,"
    "phase,plate,pool,pressure,price,protein,protocol,pulse,query,queue,range,rate,record,region,relay,report,request,"
    "ring,root,route,rule,sample,scale,schema,seed,segment,sensor,session,shard,signal,slot,source,spectrum,stack,stage,"
    "state,stream,surface,switch,table,target,task,tax,tissue,token,tone,trace,tree,tube,unit,valve,value,vector,vessel,"
    "view,voltage,volume,wave,weight,window,zone"
).split(",")
_ADJECTIVES = (
    "active,adaptive,binary,broad,central,cold,common,deep,dense,digital,direct,double,dry,dynamic,early,elastic,empty,"
    "exact,fast,fixed,flat,formal,free,global,heavy,hidden,inner,late,light,linear,local,lower,magnetic,main,mobile,"
    "narrow,neutral,open,outer,partial,passive,plain,primary,private,public,pure,rare,regional,remote,rigid,secondary,"
    "shared,short,silent,slow,smooth,solid,stable,static,steep,temporary,thin,upper,virtual,volatile,warm,wet,wide"
).split(",")
_VERBS = (
    "absorbs,balances,carries,checks,collects,compares,compresses,controls,copies,counts,divides,drives,encodes,feeds,"
    "filters,guards,holds,isolates,joins,limits,locks,maps,measures,merges,moves,opens,protects,reads,records,reduces,"
    "releases,repeats,replaces,reports,routes,samples,scales,seals,sends,separates,shares,signals,sorts,splits,"
    "stabilises,stores,switches,tracks,transfers,writes"
).split(",")
_UNITS = "ms,seconds,minutes,hours,days,GB,MB,kHz,%,kg,cm,km,nodes,times".split(",")
_PLACES = "in the,below the,behind the,next to the,inside the,above the,outside of the,along the".split(",")
_FOREIGN_WORDS = (
    ("German", "der Speicher,die Brücke,das Gewicht,der Schlüssel,die Größe,das Gefäß,der Verlauf,die Säule"),
    ("Spanish", "el árbol,la señal,el tamaño,la corriente,el corazón,la fuente,el índice,la célula"),
    ("Swedish", "en nyckel,ett flöde,en våg,ett gränsvärde,en spänning,ett nät,en gräns,ett ämne"),
    ("Chinese", "存储,信号,网络,树,电流,密钥,细胞,模型"),
)
_LANGUAGES = ("python", "sql", "bash", "json")


T = TypeVar("T")


class Author:
    """Writes random sections of several shapes."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # not used for cryptography
        self.shapes: tuple[Callable[[str], str], ...] = (
            *(self.defined, self.defined, self.terms, self.terms, self.table, self.statements, self.statements),
            *(
                self.prose,
                self.items,
                self.steps,
                self.code,
                self.question,
                self.vocabulary_table,
                self.formula,
                self.nested,
            ),
            *(self.definitions, self.callout),
        )

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def word(self) -> str:
        return "".join(self.pick(_SYLLABLES) for _ in range(self.random.randint(2, 4)))

    def name(self) -> str:
        """Return a made-up name such as "Kelor", "Kelor gate" or "MXQ"."""
        roll, word = self.random.random(), self.word().capitalize()
        if roll < 0.1:
            return "".join(self.random.choices("ABCDEFGHKLMNPQRSTVX", k=3))
        return word if roll < 0.4 else f"{word} {self.pick(_NOUNS)}" if roll < 0.85 else f"{word} {self.word()}"

    def thing(self) -> str:
        """Return a common noun phrase of two or three words."""
        words = f"{self.pick(_ADJECTIVES)} {self.pick(_NOUNS)}"
        return f"{words} {self.pick(_NOUNS)}" if self.random.random() < 0.3 else words

    def number(self) -> str:
        return f"{self.random.choice((2, 3, 5, 8, 10, 12, 15, 24, 30, 64, 90, 100, 250, 512))} {self.pick(_UNITS)}"

    def phrase(self) -> str:
        """Return a predicate: what something does, without a subject."""
        predicate = f"{self.pick(_VERBS)} the {self.thing()} {self.pick(_PLACES)} {self.thing()}"
        return f"{predicate} of each {self.pick(_NOUNS)}" if self.random.random() < 0.4 else predicate

    def sentence(self, subject: str, *, marked: bool = False) -> str:
        """Return a sentence about a subject; its main fact may be bold."""
        fact = (self.number(), self.name(), self.thing())[self.random.randrange(3)]
        markup = f"**{fact}**" if marked else fact
        frames = (
            f"{subject} {self.phrase()} for at most {markup}.",
            f"{subject} {self.pick(_VERBS)} {markup} before the {self.thing()} {self.pick(_VERBS)} it.",
            f"Every {self.thing()} that {subject} {self.pick(_VERBS)} needs {markup} to stay {self.pick(_ADJECTIVES)}.",
            f"When the {self.thing()} is {self.pick(_ADJECTIVES)}, {subject} {self.pick(_VERBS)} {markup} instead.",
            f"{subject} is used for {self.thing()} with {markup}, which `{self.word()}_{self.pick(_NOUNS)}` sets.",
        )
        return self.pick(frames)

    def defined(self, _name: str) -> str:
        return f"A {self.thing()} that {self.phrase()}."

    def terms(self, _name: str) -> str:
        forms = ("- **{}**: {}", "- {}: {}", "- **{}** - {}", "- `{}`: {}")
        form = self.pick(forms)
        return "\n".join(form.format(self.name(), self.phrase()) for _ in range(self.random.randint(3, 6)))

    def table(self, _name: str) -> str:
        heads = ("Purpose", "Limit", "Found in", "Replaced by")[: self.random.randint(1, 3)]
        lines = [f"| Name | {' | '.join(heads)} |", "| --- " * (len(heads) + 1) + "|"]
        for _ in range(self.random.randint(3, 6)):
            cells = (self.phrase(), self.number(), self.thing(), self.name())[: len(heads)]
            lines.append(f"| {self.name()} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def statements(self, _name: str) -> str:
        rows = (self.sentence(self.name(), marked=self.random.random() < 0.5) for _ in range(self.random.randint(3, 7)))
        return "\n".join(f"- {row}" for row in rows)

    def prose(self, name: str) -> str:
        count = self.random.randint(2, 4)
        return "\n\n".join(f"{self.sentence(name)} {self.sentence(self.name(), marked=True)}" for _ in range(count))

    def items(self, name: str) -> str:
        listed = "\n".join(f"- {self.thing()}" for _ in range(self.random.randint(3, 6)))
        return f"The parts of {name} are:\n\n{listed}"

    def steps(self, name: str) -> str:
        listed = "\n".join(f"{n}. {self.pick(_VERBS)} the {self.thing()}" for n in range(1, self.random.randint(4, 7)))
        return f"How {name} starts:\n\n{listed}"

    def code(self, name: str) -> str:
        a, b, language = self.word(), self.pick(_NOUNS), self.pick(_LANGUAGES)
        body = f'{a} = {b}({self.random.randint(1, 99)})\nfor {b} in {a}:\n    print({b}, "{self.thing()}")'
        return f"{self.sentence(name, marked=True)}\n\n```{language}\n{body}\n```"

    def question(self, name: str) -> str:
        subsection = f"### What does the {self.thing()} of {name} do?\n\nIt {self.phrase()}."
        return f"{self.sentence(name)}\n\n{subsection}\n\n### Why?\n\n{self.sentence(name)}"

    def vocabulary_table(self, _name: str) -> str:
        language, words = self.pick(_FOREIGN_WORDS)
        rows = "\n".join(f"| {word} ({self.word()}) | {self.thing()} |" for word in words.split(",")[:5])
        return f"| {language} | English |\n| --- | --- |\n{rows}"

    def formula(self, name: str) -> str:
        a, b = self.random.choices("abcdefghkmnpqrstuvwxyz", k=2)
        formula_text = f"$ {a}_{{{b}}} = \\frac{{{a}}}{{{b}^2}} $ {self.pick(_PLACES)} {self.thing()}"
        return f"- **{self.name()}**: {formula_text}\n- {self.sentence(name, marked=True)}"

    def nested(self, _name: str) -> str:
        lines = []
        for _ in range(self.random.randint(2, 3)):
            lines.append(f"- {self.name()}")
            lines += (f"    - {self.sentence(self.name())}" for _ in range(self.random.randint(1, 3)))
        return "\n".join(lines)

    def definitions(self, _name: str) -> str:
        return "\n\n".join(f"{self.name()}\n: {self.phrase()}" for _ in range(self.random.randint(2, 4)))

    def callout(self, name: str) -> str:
        return f"> **Note**: {self.sentence(name, marked=True)}\n\n{self.sentence(self.name(), marked=True)}"

    def section(self) -> str:
        name = self.name()
        return f"## {name}\n\n{self.pick(self.shapes)(name)}\n"


def generate_notes(cards: int) -> Iterator[tuple[str, str]]:
    """Yield the file names and texts of a deck with about this many cards."""
    author, remaining, number = Author(_SEED), max(round(cards / CARDS_A_SECTION), 1), 0
    while remaining > 0:
        field, number = author.pick(_FIELDS), number + 1
        sections = "\n".join(author.section() for _ in range(min(remaining, SECTIONS_A_FILE)))
        yield f"{field}-{number:04}.md", f"# {field.capitalize()} {author.word()}\n\n{sections}"
        remaining -= SECTIONS_A_FILE
