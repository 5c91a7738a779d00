"""
Turkish: a light stemmer of nouns, on folded text.

The endings are those of the grammar (A. Göksel and C. Kerslake, *Turkish: A Comprehensive Grammar*, 2005, chapters
2, 8 and 14): plural, possessive, case, -ki, copula. As folding makes one letter of ı and i and one of u and ü, vowel
harmony asks for no more than two vowels an ending. Verbs are left alone, except for the verbal noun and for the
passive ("was killed", "the killed", "the killing of"), which news use like nouns. -ci, -lik, -siz and -ce make other
words (a reporter is no newspaper, a ministry no minister) and stay.
"""

from functools import lru_cache

from search.analysis.endings import LONGEST_WORD, Ending, by_last_letter, take_off, words

STOP_WORDS = words(
    """
    acaba ama ancak arada ardindan artik asla aslinda ayni ayrica az bana bazen bazi belki ben beni benim beri bile bir
    biraz bircok biri birkac biz bize bizi bizim boyle boylece bu buna bunda bundan bunlar bunlari bunlarin bunu bunun
    burada cogu cok cunku da daha dahi de defa degil diger diye dolayi eger en fakat gibi gore hakkinda halde hangi
    hatta hem henuz hep hepsi her herkes hic icin icinde icine ile ise iste itibaren kadar ki kim kimse mi mu nasil ne
    nedeniyle nerede niye o olan olarak oldu oldugu oldugunu olduklari olmak olmasi olsa olup olur ona ondan onlar
    onlara onlari onlarin onu onun onunde oysa oyle pek ragmen sadece sana sen seni senin siz size sizi sizin sonra
    soyle su suna sunu tarafindan tum uzere uzerinde uzerine var ve veya ya yani yine yok yoksa zaten
    """
)

# Words whose end only looks like an ending, and short ones that endings are taken off down to. A paragraph for each
# ending that would mislead: none, -li, -in, -da and -dan, the genitive after -an and -en, -yi, -si, -te, one vowel.
_LOOKALIKES = words(
    """
    ad an ay el ev il is oy su
    dil gun goz guc hak hal hiz kiz koy kul ses suc yer yil yol yuz

    adli belli canli denizli elli evli gizli gonullu guclu hizli kamisli kapali koylu mali milli olumlu osmanli
    suclu yarali yerli zorunlu

    afrin akin altin aydin basin baskin bilgin bitkin bugun butun derin dizgin dolgun durgun dusun efrin emin ergin
    esin etkin gecin gelin gergin gorgun hatun hazin icin ilgin kadin kalin kanun kesin keskin mardin metin odun olgun
    oyun ozgun putin sabun sahin sakin salgin saskin sayin serin sorun surgun tekin tutkun tutun ustun uygun uzun
    vurgun yakin yalin yangin yarin yaygin yayin yazin yetkin yigin yogun yorgun zengin

    beden destan dolar gelecek hafta hasta hastane iade ifade irade kanada madde maden meydan neden posta sade sevda
    siradan sozde sudan usta vicdan yuzde zarar zindan

    alan alman aslan ayran bakan balkan baskan beyan calisan can ceylan cihan coban danisman divan dogan duman dusman
    duzen egemen egitmen erdogan ermen esbaskan evren ferman fidan gezegen guven hakan harman hayvan hristiyan ilan
    imkan insan iran isyan kahraman kalkan kan kaplan kaptan keman komutan kurban liman lisan lubnan mekan milan
    musluman nisan ogretmen orman osman ozan plan ramazan roman saman secmen sultan tavan tren tufan turan turkmen
    uzman vatan volkan yaban yalan yilan yonetmen yunan zaman ziyan

    aday alay albay bey birey boy bugday danistay deney duzey guney halay hatay kolay konsey kurultay kuzey olay pay
    saray sayistay sey soy subay tugay uzay yapay yargitay yuzey

    acilis adres anlayis arayis arkadas artis ates bahis bakis baris batis bekleyis bulus casus cikis davranis direnis
    dogus donus durus dusus esas gecis gecmis giris gorus gosteris gunes heves kampus kapanis kardes kibris kurtulus
    kurulus maas meclis milis miras mufettis nefes nufus ofis otobus polis satis savas servis stres temas tirmanis
    tunus ucus ulus varis vatandas virus yaris yoldas yukselis yunus yurttas yuruyus

    cift dost test ust

    abi ada adam aile ana anne ara araba arka asya baba bahce baska baski bati bina boru boya buyu cami care cari cete
    cumle dava dede dera dere deri dizi doga dogru dogu dolu dunya eski fena gaza gece geri gida gore govde hamle hane
    hata hava hece hoca icki ikna ilce ilke imza ince jandarma kafa kahtaniye kale kamu kapi kara karsi kasa kase kati
    kaya kaza kedi kendi kira kisa kisi kisla kita kitle kobani koku kola kole konu kopru kore kule kuru kurul kutu
    kuzu lale lira lise liste makine marka marti masa mavi medya mera meze moda muze nine nokta oda ogle once oneri
    orda ordu orta ova para parti pasa pide pile politika proje resmi rota rusya safa saha sahi sahte saka sanayi
    saniye sari sarki sati sayi sene sera sevgi seviye sike simdi sira sise siyasi sofra soru sure suriye suru taksi
    talebe tane tarla taze tepe toka tore turkiye turku ulke umre uyku vaka vali vefa veri yara yari yarim yasa yazi
    yeni yore yuce yuva zabita zeka
    """
)

# A vowel that a word loses before an ending, a last letter that it doubles, and su, which takes y (chapter 2); and
# a name that comes in two spellings.
_BARE = {
    "aff": "af", "agz": "agiz", "akl": "akil", "aln": "alin", "asl": "asil", "beyn": "beyin", "boyn": "boyun",
    "burn": "burun", "cism": "cisim", "emr": "emir", "fikr": "fikir", "gogs": "gogus", "gonl": "gonul",
    "hacm": "hacim", "hakk": "hak", "haps": "hapis", "hatt": "hat", "hiss": "his", "hukm": "hukum", "ilm": "ilim",
    "ism": "isim", "izn": "izin", "karn": "karin", "kavm": "kavim", "kayt": "kayit", "kesf": "kesif", "kism": "kisim",
    "kobane": "kobani", "metn": "metin", "nakt": "nakit", "nehr": "nehir", "nesl": "nesil", "ogl": "ogul",
    "omr": "omur", "omz": "omuz", "redd": "ret", "resm": "resim", "sabr": "sabir", "sehr": "sehir", "sekl": "sekil",
    "sirr": "sir", "suy": "su", "tavr": "tavir", "tibb": "tip", "ufk": "ufuk", "vakt": "vakit", "zihn": "zihin",
    "zulm": "zulum",
}  # fmt: skip

# Passive stems in -n that news use. -in and -un are a genitive more often, so no rule can tell them.
_VERBS_IN_N = ("alin", "bulun", "edin", "gorun", "kalkin", "korun", "savun", "sigin", "tasin")

_KNOWN = _LOOKALIKES.union(_BARE.values(), _VERBS_IN_N)

# A stop softens before a vowel: kitap, kitabı; çocuk, çocuğu. Both are brought to the hard letter.
_HARD = {"b": "p", "d": "t", "g": "k"}

_VOWELS = tuple("aeiou")
_VOICELESS = tuple("cfhkpst")
_VOICED = tuple("bdgjlmnrvyz")
_CONSONANTS = _VOICED + _VOICELESS
_PASSIVES = ("il", "ul", "lan", "len", *_VERBS_IN_N)
_ONLY_TO_A_WORD = LONGEST_WORD


def _endings():
    for i in "iu":
        yield Ending(i, _CONSONANTS)  # accusative, possessive
        yield Ending(f"y{i}", _VOWELS)
        yield Ending(f"s{i}", _VOWELS)
        yield Ending(f"{i}n", _CONSONANTS)  # genitive
        yield Ending(f"n{i}n", ("a", "e", "i", "u"))  # after o, n is the word's: milyon
        yield Ending(f"{i}m{i}z", _CONSONANTS)  # our, your
        yield Ending(f"m{i}z", _VOWELS)
        yield Ending(f"{i}n{i}z", _CONSONANTS)
        for case in ("na", "ne", f"n{i}", f"n{i}n", "yla", "yle", *_places("nd")):
            yield Ending(f"{i}{case}", _CONSONANTS)
            yield Ending(f"s{i}{case}", _VOWELS)
        yield Ending(f"l{i}", _CONSONANTS, keep=4)  # from a place: Halepli
        yield Ending(f"l{i}", _VOWELS, keep=_ONLY_TO_A_WORD)  # else okul would lose its l in okulu
        yield Ending(f"d{i}r", _VOWELS + _VOICED, keep=4)  # is
        yield Ending(f"t{i}r", _VOICELESS, keep=4)
        for verb in (f"d{i}", f"d{i}k", f"m{i}s", f"{i}yor"):
            yield Ending(verb, _PASSIVES, keep=4)
    for a in "ae":
        yield Ending(a, _CONSONANTS)  # dative
        yield Ending(f"y{a}", _VOWELS)
        yield Ending(f"l{a}", _CONSONANTS, keep=4)  # with
        yield Ending(f"yl{a}", _VOWELS)
        yield Ending(f"l{a}r", _VOWELS + _CONSONANTS)  # plural
        yield Ending(f"{a}k", ("m",), keep=4)  # infinitive: leaves what the verbal noun leaves
        for verb in (f"{a}n", f"{a}c{a}k", f"m{a}"):
            yield Ending(verb, _PASSIVES, keep=4)
    for case in _places("d"):
        yield Ending(case, _VOWELS + _VOICED)
    for case in _places("t"):
        yield Ending(case, _VOICELESS)


def _places(beginning):
    """In, from, and the adjective of what is in, with the letters that begin them."""
    for a in "ae":
        yield f"{beginning}{a}"
        yield f"{beginning}{a}n"
        yield f"{beginning}{a}ki"


_ENDINGS = by_last_letter(_endings())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word."""
    return take_off(word, _ENDINGS, is_word=_is_known, mend=_mended)


def _is_known(word):
    return word in _KNOWN or word.endswith("istan")


def _mended(word):
    if word in _KNOWN:
        return word
    if len(word) > 3:
        word = word[:-1] + _HARD.get(word[-1], word[-1])
    return _BARE.get(word, word)
