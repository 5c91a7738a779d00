"""Arabic as people type it: which words meet in one stem, and which stay apart."""

import pytest

from search.analysis import analyse, fold, stem
from search.analysis.arabic_plurals import SINGULARS
from search.analysis.arabic_words import BEGIN_LIKE_A_PREFIX

pytestmark = pytest.mark.one_database

# Forms of one word in a row: number, gender, article, what is attached before and behind.
MEET = [
    "قرار القرار قرارات القرارات بالقرارات وقرار والقرارات بقرار لقرار للقرار قراراً قرارها قراراتهم قرارين",
    "مُعلِّم معلمة معلمات معلمون معلمين المعلمين والمعلمون معلمتان للمعلمين",
    "اجتماع الاجتماع اجتماعات اجتماعاً اجتماعين",
    "انتخابات الانتخابات انتخابية الانتخاب",
    "عملية عمليات العمليات عملياتها",
    "ممثل ممثلون ممثلو ممثلي الممثلين",
    "أعلن أعلنت أعلنوا وأعلن",
    # "and", "in" and "for" belong to these
    "وزارة الوزارة وزارتها وزارات والوزارة بوزارة لوزارة للوزارة",
    "وزير الوزير وزراء الوزراء وزيران وزيرين وزرائهم وزرائه وزراؤه",
    "لجنة اللجنة للجنة لجان اللجان للجان بلجنة لجنتها",
    "بناء البناء للبناء والبناء",
    "لاجئ لاجئة لاجئون لاجئين لاجئات اللاجئين للاجئين واللاجئون",
    "بيان بيانات البيان البيانات بياناً بالبيان",
    "بيت بيوت البيوت بيتهم بيوتهم بيتين",
    "التزام الالتزام التزامات بالتزام بالالتزام",
    # an end that is the word's own
    "قانون القانون قوانين القوانين القانونية قانوناً",
    "اتجاه اتجاهات الاتجاه",
    "مليون ملايين مليوناً",
    "انتهاء الانتهاء",
    # broken plurals
    "مدينة المدينة مدن المدن بمدينة لمدينة مدينتهم مدينتين مدنهم ومدنها مدنه",
    "قرية قرى القرى",
    "دولة دول الدول دولتين دولتان دولتها",
    "شهر أشهر شهور شهرين",
    "حزب أحزاب الأحزاب أحزابه",
    "مجلس مجالس المجالس",
    "عضو أعضاء عضوات أعضائه أعضاؤها الأعضاء",
    "طفل أطفال الأطفال للأطفال",
    "شهيد شهداء الشهداء شهدائنا شهداؤنا شهداءنا شهدائه",
    "رئيس رؤساء الرئيس",
    "خبر أخبار الأخبار",
    "صورة صور الصور",
    "قضية قضايا قضيتهم",
    "امرأة المرأة مراة نساء النساء للمرأة والنساء نسائية",
    "مدرسة مدارس المدارس مدرستهم مدرسية",
    "جامعة الجامعات بالجامعة",
    "مستشفى مستشفيات المستشفى مشافي مستشفياتها",
    # hamza, ta marbuta, alef maqsura, as they are typed
    "سماء سما السماء",
    "شيء شي الشيء أشياء شيئاً",
    "قراءة قراه قراة القراءة",
    "لقاء لقا اللقاء لقاءات لقائه",
    "إجراء اجرا إجراءات الإجراءات",
    "أبناء ابنا أبنائهم أبناؤهم أبناءهم",
    "مسؤول مسئول مسوول مسؤولين المسؤولون مسؤولان",
    "ماء الماء مياه المياه للماء",
    "حياة الحياه حياتهم",
    "جهة جهات الجهات",
    "لغة لغات لغتهم باللغة",
    "سنة سنوات السنوات سنين",
    # peoples and countries
    "سوريا سورية السورية سوري السوريون السوريين بسوريا لسوريا وسوريا",
    "لبنان اللبناني لبنانيين بلبنان",
    "فلسطين الفلسطينيين فلسطينية بفلسطين",
    "ألمانيا المانيا الألماني بألمانيا الألمان",
    "بريطانيا البريطانية لبريطانيا",
    "تركيا التركية تركي الأتراك",
    "أمريكا الأمريكية أمريكي",
    "كردي الكرد الأكراد كورد الكردية",
    "اقتصاد الاقتصادي الاقتصادية",
    "كهرباء الكهرباء كهربائي الكهربائية",
    # places
    "حلب بحلب لحلب وحلب",
    "عفرين بعفرين لعفرين وعفرين",
    "كوباني كوبانى بكوباني لكوباني",
    "قامشلي القامشلي القامشلو",
    "الله والله بالله لله",
]

# None of the words in a row meets another.
APART = [
    "ولد لد",
    "باب اب",
    "بيان يان",
    "كتاب تاب",
    "وزارة زارة",
    "وقود قود",
    "وطن طن",
    "لبنان لبن",
    "ليبيا يبيا",
    "عفرين عفر",
    "طالبان طالب",
    "حزيران حزير",
    "سليمان سليم",
    "زيتون زيت",
    "البحرين البحر",
    "كانون كان",
    "ماء ما",
    "مدني مدن",
    "دولي دول",
    "وطني وطن",
    "مدرسة مدرس",
    "مكتبة مكتب",
    "جامعة جامع",
    "المصالحة المصالح",
    "محاكمة محاكم",
    "خارجية خارج",
    "جمهورية جمهور",
    "السويداء السويد",
    "درعا درع",
    "صنعاء صنع",
    "الثلاثاء ثلاث",
    "سيارة يارة",
    "فريق ريق",
    "تفاهم تفا",
    "تأمين تام",
]

# Nothing that looks attached is.
WHOLE = ["ولد", "باب", "كتاب", "فلسطين", "بيروت", "كوباني", "لبنان", "قانون", "برلمان", "الله", "وفد", "بغداد", "لندن"]

PREFIXES = ["و", "ب", "ل", "ال", "وال", "بال", "لل"]


def stems(words):
    return [stem(fold(word, "ar"), "ar") for word in words.split()]


@pytest.mark.parametrize("words", MEET, ids=range(len(MEET)))
def test_forms_of_a_word_meet(words):
    assert dict(zip(words.split(), stems(words), strict=True)) == dict.fromkeys(words.split(), stems(words)[0])


@pytest.mark.parametrize("words", APART, ids=range(len(APART)))
def test_other_words_stay_apart(words):
    assert len(set(stems(words))) == len(words.split()), stems(words)


@pytest.mark.parametrize("word", WHOLE, ids=range(len(WHOLE)))
def test_a_word_keeps_letters_that_are_its_own(word):
    assert stem(word, "ar") == word


@pytest.mark.parametrize("prefix", PREFIXES, ids=range(len(PREFIXES)))
def test_a_plural_of_the_table_meets_its_word_whatever_stands_before_it(prefix):
    # "In" before "fathers" looks like the Pope.
    others = {form for form in SINGULARS if prefix + form in SINGULARS or prefix + form in BEGIN_LIKE_A_PREFIX}

    apart = {form: word for form, word in SINGULARS.items() if stem(prefix + form, "ar") != stem(word, "ar")}

    assert apart.keys() <= others


def test_words_that_say_nothing_are_known_with_and_as_well():
    stops = [token.word for token in analyse("هذا والذي في المدينة على ماء", "ar") if token.is_stop]

    assert stops == ["هذا", "والذي", "في", "علي"]


def test_what_belongs_to_a_word_in_the_text_stands_between_its_ends():
    text = "قالت: وبِالقـــراراتِ، «الجديدةِ»؟"

    tokens = analyse(text, "ar")

    assert [text[token.start : token.end] for token in tokens] == ["قالت", "وبِالقـــراراتِ", "الجديدةِ"]
    assert [token.stem for token in tokens][1:] == ["قرار", "جديد"]


@pytest.mark.parametrize("length", [1, 2, 3, 39, 40])
@pytest.mark.parametrize("letters", ["و", "ال", "ب", "ات", "ه", "ي", "ا", "ن", "ين", "هم"], ids=range(10))
def test_words_of_nothing_but_attached_letters_have_a_stem(letters, length):
    word = (letters * length)[:length]

    assert stem(word, "ar")


# Sorani, Kurdish in the same letters --------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "کتێب کتێبەکە کتێبەکان کتێبێک کتێبەکانی کتێبەکەم کتێبان کتێبەکەمان كتيب",
        "ڕۆژنامە ڕۆژنامەکە ڕۆژنامەکان ڕۆژنامەیەک روژنامه",
        "شار شارەکە شارەکان شارێک شاری شارەکەدا",
        "هێز هێزەکان هێزێکی هێزەکانی",
        "دەرگا دەرگاکە دەرگاکان",
        "ژن ژنەکە ژنەکان",
        "کوردستان کوردستانی کوردستاندا كوردستان",
        "ئازادی ازادی آزادی ئازادییەکان",
    ],
    ids=range(8),
)
def test_forms_of_a_sorani_word_meet(words):
    assert len({stem(fold(word, "ku"), "ku") for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["گەل کەل", "ژین زین", "پیر بیر", "شێر شار"], ids=range(4))
def test_letters_of_its_own_tell_sorani_words_apart(words):
    assert len({stem(fold(word, "ku"), "ku") for word in words.split()}) == 2
