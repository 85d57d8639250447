"""Scores texts and compares numbers with the packages that others use, and prints the results as JSON."""

import json
import sys

import sacrebleu
import scipy
from rouge_score.rouge_scorer import RougeScorer
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

given = json.load(sys.stdin)
rouge = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)


def text_scores(pair):
    output, expected = pair
    scores = rouge.score(expected, output)
    return {
        "bleu": sacrebleu.sentence_bleu(output, [expected]).score,
        "chrf": sacrebleu.sentence_chrf(output, [expected]).score,
        "rouge_1": scores["rouge1"].fmeasure,
        "rouge_2": scores["rouge2"].fmeasure,
        "rouge_l": scores["rougeL"].fmeasure,
    }


def t_test(differences):
    result = stats.ttest_1samp(differences, 0)
    low, high = result.confidence_interval(0.95)
    return {"p_value": result.pvalue, "low": low, "high": high}


def exact(table):
    only_first, only_second = table
    return mcnemar([[0, only_first], [only_second, 0]], exact=True).pvalue


print(
    json.dumps(
        {
            "versions": {"sacrebleu": sacrebleu.__version__, "scipy": scipy.__version__},
            "texts": [text_scores(pair) for pair in given["texts"]],
            "t_tests": [t_test(differences) for differences in given["differences"]],
            "mcnemar": [exact(table) for table in given["tables"]],
        }
    )
)
