"""Turkish words, folded: which forms meet in one stem, and which words stay apart."""

import pytest

from search.analysis.turkish import STOP_WORDS, stem

pytestmark = pytest.mark.one_database

# One noun a row, in the forms in which news have it.
MEET = [
    "kadin kadinlar kadinlarin kadinlara kadini kadinin kadinlarini kadinlardan",
    "basin basini basinin basina",
    "haber haberler haberleri haberlerin habere haberde",
    "secim secimler secimlerde secimi secimlere secimden secimlerinden",
    "belediye belediyeler belediyenin belediyesi belediyeye belediyelere belediyesinde belediyelerindeki",
    "meclis meclisi meclisin meclisler mecliste meclise meclisinde",
    "parti partiler partinin partisi partisinin partiye partide partili",
    "universite universiteler universitesi universitesinde",
    "savas savasi savasin savasa savasta savaslar savasinda",
    "direnis direnisi direnisin direniste",
    "yonetim yonetimi yonetimin yonetimler yonetimine",
    "kuraklik kurakligi kurakligin",
    "aciklama aciklamasi aciklamada aciklamasinda aciklamalar",
    "toplanti toplantisi toplantiya toplantida toplantilari",
    "saldiri saldirisi saldirida saldirilar saldirisinda",
    "bakan bakani bakanin bakanlar",
    "esbaskan esbaskani esbaskanlari esbaskanin",
    "koalisyon koalisyonu koalisyonun koalisyona",
    "insan insanlar insanin insanlari insanlara",
    "olay olayi olayin olaylar olayda",
    "okul okullar okulu okulun okulda",
    "hastane hastanesi hastanede hastaneler",
    "gazeteci gazeteciler gazetecilerin gazeteciye",
    "cezaevi cezaevleri cezaevinde cezaevinden",
    # two and three letters
    "ev evi evde evler evlerin evinde evine",
    "dil dili dilin diller dillerinde dilde",
    "koy koyler koyu koyun koye koyde koylerinde",
    "su suyu suyun sular suya sularini",
    # the last letter softens, is doubled, or a vowel is lost
    "kitap kitabi kitaplar kitabin kitaplara",
    "cocuk cocuklar cocugu cocugun cocuklarini",
    "agac agaci agaclar agacin",
    "kurt kurtler kurdun kurtlere",
    "hak hakki haklar haklari hakkin",
    "sehir sehri sehirler sehrin sehirde sehrinde",
    "ogul oglu oglunun",
    # places
    "suriye suriyede suriyenin suriyeli suriyelilerin",
    "turkiye turkiyede turkiyeye turkiyeli",
    "kobani kobane kobanide kobaniye kobanili",
    "halep halepte halebin halepli",
    "kurdistan kurdistanda kurdistani",
    # the passive
    "olduruldu oldurulen oldurulmesi oldurulenler oldurulmus oldurulecek",
    "tutuklandi tutuklanan tutuklanmasi",
    "alindi alinan alinmasi alinanlar",
]

APART = [
    ("kadin", "kadi"),
    ("basin", "bas"),
    ("aydin", "ay"),
    ("yayin", "yay"),
    ("secim", "secmen"),
    ("sanat", "sanatci"),
    ("siyaset", "siyasi"),
    ("gazete", "gazeteci"),
    ("bakan", "bakanlik"),
    ("guven", "guvenlik"),
    ("sag", "saglik"),
    ("turkiye", "turk"),
    ("suriye", "sur"),
    ("koy", "koylu"),
    ("ev", "evli"),
    ("ad", "ada"),
    ("kar", "kara"),
    ("bati", "batman"),
    ("ordu", "orta"),
    ("zaman", "zam"),
    ("baskan", "baska"),
    ("resmi", "resim"),
    ("hasta", "has"),
    ("savunma", "sav"),
    ("dolar", "dolu"),
    ("olumlu", "olum"),
]

SHORT_AND_STRANGE = ["a", "e", "in", "lar", "da", "2024", "b52", "aaaa", "istan", "yiyi", "z" * 41, "lar" * 20_000]


@pytest.mark.parametrize("forms", MEET, ids=lambda forms: forms.split()[0])
def test_the_forms_of_a_noun_meet(forms):
    assert {stem(form) for form in forms.split()} == {stem(forms.split()[0])}


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["kadin", "haber", "meclis", "basin", "secim", "yeni", "halep", "genel", "sanat"])
def test_a_bare_word_stays_as_it_is(word):
    assert stem(word) == word


@pytest.mark.parametrize("word", SHORT_AND_STRANGE, ids=lambda word: word[:12])
def test_any_word_has_a_stem(word):
    assert stem(word)


def test_a_stem_is_its_own_stem():
    stems = {stem(form) for forms in MEET for form in forms.split()}
    assert {stem(one) for one in stems} == stems


def test_stop_words_are_folded():
    assert all(word.isascii() and word.islower() for word in STOP_WORDS)
