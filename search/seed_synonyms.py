"""
The synonyms that a new site begins with: (language, word or words, others that mean the same), as readers write them.

They become rows of an editable table, in which editors add, change and remove. Each row holds for one language:
what is written in another language is in that language's texts, and those have their own search. Names are here
when they come in several spellings that no rule of folding or stemming brings together. A spelling that means
something else as well is left out: الشام is the whole Levant, "ye" is a verb.
"""

# Places as they are spelt in Latin letters: English, Turkish and Kurmanji first, then others. Whatever language
# somebody reads in, they know a place by any of these.
_PLACES = [
    (
        "Kobani",
        "Kobani",
        "Kobanê",
        ["Kobane", "Ayn al Arab", "Ain al Arab", "Ayn el Arab", "Aynularab", "Eyn El Ereb", "Eyn Ereb"],
    ),
    (
        "Qamishli",
        "Kamışlı",
        "Qamişlo",
        ["Qamishlo", "Qamislo", "Kamishli", "Kamışlo", "Qamişlû", "Qamişlokê", "Qamişlî"],
    ),
    ("Hasakah", "Haseke", "Hesekê", ["Hasaka", "Hasake", "Hassakeh", "Hesîçe", "Hisîça"]),
    ("Aleppo", "Halep", "Heleb", ["Halab", "Helep"]),
    ("Raqqa", "Rakka", "Reqa", ["Raqqah", "Reqqa"]),
    ("Afrin", "Afrin", "Efrîn", ["Afrîn"]),
    (
        "Deir ez Zor",
        "Deyrizor",
        "Dêrazor",
        [
            "Deir al Zor",
            "Deir Ezzor",
            "Deirezzor",
            "Deyr ez Zor",
            "Deyrezzor",
            "Der Zor",
            "Dêr Ez Zor",
            "Dêra Zor",
            "Dêrezor",
        ],
    ),
    ("Manbij", "Münbiç", "Minbic", ["Menbij", "Menbic", "Mabûg"]),
    ("Tell Abyad", "Tel Abyad", "Girê Spî", ["Tal Abyad", "Til Ebyed", "Tel Ebyed"]),
    ("Ras al Ayn", "Resulayn", "Serêkaniyê", ["Ras al Ain", "Rasulayn", "Ras El Eyn", "Serê Kaniyê"]),
    ("Derik", "Derik", "Dêrik", ["Dêrika Hemko", "Malikiyah", "Al Malikiyah", "Malikiye", "Malikiyê"]),
    ("Tirbespiye", "Tirbespiye", "Tirbespiyê", ["Tirbe Spî", "Tirbespi", "Qahtaniyah", "Kahtaniye", "Qehtaniyê"]),
    ("Diyarbakir", "Diyarbakır", "Amed", ["Diyarbekir", "Diyarbekr"]),
    ("Erbil", "Erbil", "Hewlêr", ["Arbil", "Irbil"]),
    ("Sulaymaniyah", "Süleymaniye", "Silêmanî", ["Sulaimani", "Sulaymaniya", "Slemani", "Sulêmanî"]),
    ("Sinjar", "Şengal", "Şengal", ["Shengal", "Shingal", "Şingal", "Sincar"]),
    ("Idlib", "İdlib", "Idlib", ["Edlib"]),
    ("Homs", "Humus", "Humus", []),
    ("Latakia", "Lazkiye", "Lazkiyê", ["Lattakia", "Latakya", "Ladhiqiyah", "Laziqiyê"]),
    ("Sweida", "Süveyda", "Siwêda", ["Suwayda", "Suweida", "Suweyda", "Siweyda"]),
    ("Istanbul", "İstanbul", "Stenbol", ["Stembol"]),
]

_ARABIC = [
    # The Levantine months and the international ones.
    ("كانون الثاني", ["يناير"]),
    ("شباط", ["فبراير"]),
    ("آذار", ["مارس"]),
    ("نيسان", ["أبريل", "إبريل"]),
    ("أيار", ["مايو"]),
    ("حزيران", ["يونيو"]),
    ("تموز", ["يوليو"]),
    ("آب", ["أغسطس"]),
    ("أيلول", ["سبتمبر"]),
    ("تشرين الأول", ["أكتوبر"]),
    ("تشرين الثاني", ["نوفمبر"]),
    ("كانون الأول", ["ديسمبر"]),
    # Places.
    ("سوريا", ["سورية"]),
    ("شمال وشرق سوريا", ["شمال شرق سوريا", "شمال شرقي سوريا", "شمال وشرق سورية"]),
    ("روج آفا", ["روجآفا", "روجافا", "غرب كردستان"]),
    ("كوباني", ["عين العرب"]),
    ("القامشلي", ["قامشلي", "قامشلو"]),
    ("الحسكة", ["حسكة"]),
    ("الرقة", ["رقة"]),
    ("دير الزور", ["ديرالزور"]),
    ("تل أبيض", ["كري سبي"]),
    ("رأس العين", ["سري كانيه", "سري كانية"]),
    ("المالكية", ["ديريك", "ديرك"]),
    ("الدرباسية", ["درباسية"]),
    ("القحطانية", ["تربه سبيه", "تربسبية"]),
    ("معبدة", ["كركي لكي"]),
    ("شنكال", ["سنجار"]),
    ("أربيل", ["هولير"]),
    ("ديار بكر", ["آمد", "دياربكر"]),
    ("أمريكا", ["أميركا"]),
    # Institutions.
    ("الأمم المتحدة", ["هيئة الأمم المتحدة"]),
    ("الاتحاد الأوروبي", ["الاتحاد الأوربي"]),
    ("قسد", ["قوات سوريا الديمقراطية", "قوات سورية الديمقراطية"]),
    ("داعش", ["تنظيم الدولة الإسلامية", "تنظيم الدولة"]),
]

_KURMANJI = [
    # The months of the Kurdish institutes, and the names in daily use west and south.
    ("Rêbendan", ["Çile", "Çileya Paşîn", "Kanûna Paşîn", "Kanûna Duyem"]),
    ("Reşemî", ["Reşemeh", "Sibat", "Şubat"]),
    ("Adar", ["Avdar"]),
    ("Nîsan", ["Avrêl"]),
    ("Pûşper", ["Hezîran", "Hizêran"]),
    ("Tîrmeh", ["Temûz", "Tîrmih"]),
    ("Gelawêj", ["Tebax"]),
    ("Rezber", ["Îlon", "Eylûl"]),
    ("Kewçêr", ["Cotmeh", "Çirya Pêşîn", "Çiriya Pêşîn"]),
    ("Sermawez", ["Mijdar", "Çirya Paşîn", "Çiriya Paşîn"]),
    ("Berfanbar", ["Befranbar", "Kanûn", "Kanûna Pêşîn", "Kanûna Yekem", "Çileya Pêşîn"]),
    # Places.
    ("Şam", ["Dîmeşq", "Damascus"]),
    ("Bakur û Rojhilatê Sûriyeyê", ["Bakur Rojhilatê Sûriyeyê"]),
    ("Rojava", ["Rojavayê Kurdistanê"]),
    ("Dera", ["Deraa"]),
    ("Ferat", ["Firat"]),
    ("Emerîka", ["Amerîka"]),
    # Institutions.
    ("NY", ["Neteweyên Yekbûyî"]),
    ("Yekîtiya Ewropayê", ["Yekîtiya Ewrûpayê"]),
    ("DYA", ["Dewletên Yekbûyî yên Amerîkayê", "Dewletên Yekbûyî"]),
    ("QSD", ["HSD", "Hêzên Sûriyeya Demokratîk"]),
]

_TURKISH = [
    # Places.
    ("Şam", ["Dımaşk", "Damascus"]),
    ("Kuzey ve Doğu Suriye", ["Kuzeydoğu Suriye", "Kuzey Doğu Suriye"]),
    ("Rojava", ["Batı Kürdistan"]),
    ("Dera", ["Deraa"]),
    # Institutions.
    ("BM", ["Birleşmiş Milletler"]),
    ("AB", ["Avrupa Birliği"]),
    ("ABD", ["Amerika Birleşik Devletleri"]),
    ("QSD", ["DSG", "SDG", "HSD", "Demokratik Suriye Güçleri", "Suriye Demokratik Güçleri"]),
    ("IŞİD", ["DAİŞ", "DEAŞ"]),
]

_ENGLISH = [
    # The months as they are abbreviated. Those from March to July are written out as a rule.
    ("January", ["Jan"]),
    ("February", ["Feb"]),
    ("August", ["Aug"]),
    ("September", ["Sept"]),
    ("October", ["Oct"]),
    ("November", ["Nov"]),
    ("December", ["Dec"]),
    # Places.
    ("Damascus", ["Dimashq", "Dimeshq"]),
    ("North and East Syria", ["Northern and Eastern Syria", "Northeast Syria", "North East Syria", "NES"]),
    ("Rojava", ["Western Kurdistan"]),
    ("Hama", ["Hamah"]),
    ("Daraa", ["Deraa"]),
    ("Tabqa", ["Tabqah", "Thawrah"]),
    ("Turkey", ["Turkiye"]),
    # Institutions.
    ("UN", ["United Nations"]),
    ("EU", ["European Union"]),
    ("USA", ["United States"]),
    ("UK", ["United Kingdom"]),
    ("NGO", ["non-governmental organisation", "nongovernmental organisation"]),
    ("SDF", ["Syrian Democratic Forces"]),
    ("ISIS", ["ISIL", "Daesh", "Islamic State"]),
]


def _rows():
    """A row for each language and term; the spellings of places in every language that has Latin letters."""
    own = (("ar", _ARABIC), ("ku", _KURMANJI), ("tr", _TURKISH), ("en", _ENGLISH))
    yield from ((language, term, equivalents) for language, rows in own for term, equivalents in rows)
    for english, turkish, kurmanji, others in _PLACES:
        names = {"en": english, "tr": turkish, "ku": kurmanji}
        for language, term in names.items():
            spelt = dict.fromkeys([*names.values(), *others])
            yield language, term, [name for name in spelt if name != term]


SYNONYMS: list[tuple[str, str, list[str]]] = list(_rows())
