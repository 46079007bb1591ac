"""Writes tests/fixtures/content.json: TF-IDF and cosines of titles by scikit-learn, English by its own pattern of words
(small letters, two or more letters or digits), Chinese cut beforehand.

    python3 -m venv /tmp/content && /tmp/content/bin/pip install numpy==2.2.6 scikit-learn==1.6.1 && /tmp/content/bin/python scripts/reference/content.py
"""

import json
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

ENGLISH = [
    "Green Tea, loose leaf 100g",
    "Jasmine green tea bags",
    "Cast-iron tea pot (green)",
    "Bicycle bell",
    "Bicycle pump with tea tea tea",
    "",
]
CHINESE = [
    ["有机", "绿茶", "礼盒"],
    ["茉莉", "绿茶", "茶包"],
    ["铸铁", "茶壶"],
    ["有机", "棉", "床单", "四件套"],
    ["有机", "棉", "毛巾", "棉"],
]


def table(vectorizer, texts):
    vectors = vectorizer.fit_transform(texts)
    return {
        "terms": vectorizer.get_feature_names_out().tolist(),
        "vectors": vectors.toarray().round(7).tolist(),
        "cosines": cosine_similarity(vectors).round(7).tolist(),
    }


fixture = {
    "from": "scripts/reference/content.py, scikit-learn 1.6.1, numpy 2.2.6",
    "english": {"texts": ENGLISH, **table(TfidfVectorizer(), ENGLISH)},
    "chinese": {"words": CHINESE, **table(TfidfVectorizer(token_pattern=r"\S+"), [" ".join(words) for words in CHINESE])},
}
path = Path(__file__).parents[2] / "tests" / "fixtures" / "content.json"
path.write_text(json.dumps(fixture, ensure_ascii=False) + "\n")
