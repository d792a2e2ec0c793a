"""The bridge engine: how often its first proposals are right, beside what a search engine would propose.

    python -m bench.bridges --instruments DIR --crosswalks DIR --benchmark FILE [--known DIR] [--json OUT]
    python -m bench.bridges --train

`quality`: published crosswalks, every pair ranked by weights learned from those that share no instrument with it;
beside BM25 and the sentence embedding alone. With `known`, the other published lists are known to the engine, never
one between the same two documents in whatever edition or language. With `--known DIR` the lists there (those of its
`benchmark.dev.json`, or all) are known, the shipped coefficients are used for all pairs of the benchmark, and parts
that measure something else than lists are left out unless asked for. Documents that only known lists name are read
from `instruments` beside DIR, where they are not in the folder of instruments. In OUT, `mean` and `pairs` hold what
`quality` found.
`taught`: a quarter of the sources decided. `parallel`: the same provision in two languages. `confidence`: how true
it is. `poison`: a random crosswalk among the known ones. `judged`: pairs of the EU AI Act judged by reading.
`relations`: the relationships it states, beside those of publishers.
`speed`: 1,000 by 1,000 clauses. `everything`: all pairs of the instruments, on two processes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench import bridges_speed
from bench.bridges_judged import judged
from bench.bridges_relations import relations
from bench.calibration_picture import picture
from bench.crosswalks import Cached, Library, NotUsable, Question, known_beside, published, questions, scored, shares
from bench.harness import ROOT, Figure, at_least, at_most, finish, options, shared

TIMED = {"speed": bridges_speed.speed, "everything": bridges_speed.everything}
LISTS = ("quality", "taught", "parallel", "confidence", "poison")
"""Parts that measure any published lists."""
PARTS = (*LISTS, "judged", "relations", *TIMED)
KEPT = ("machine", "figures")
MEASURES = ("mrr", "map", "hit1", "hit5")
GOALS = {"text": (0.60, 0.44, 0.46), "known": (0.65, 0.48, 0.51)}
SHIPPED = ROOT / "comity" / "engine" / "align"


def main() -> None:
    parser = options(__doc__ or "", "crosswalks")
    parser.add_argument("--instruments", type=Path, default=shared() / "data" / "instruments")
    parser.add_argument("--crosswalks", type=Path, default=shared() / "data" / "crosswalks")
    parser.add_argument("--benchmark", type=Path)
    parser.add_argument(
        "--known", type=Path, help="folder of crosswalks that are known; shipped coefficients are used"
    )
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    parser.add_argument(
        "--train", action="store_true", help="write the shipped coefficients anew, and measure nothing"
    )
    parser.add_argument("--ablation", action="store_true", help="quality without each signal")
    parser.add_argument("--picture", type=Path, help="write the picture of calibration here")
    parser.add_argument("--do", choices=sorted(bridges_speed.DO), help="what one process of a part does")
    parser.add_argument("--home", type=Path, help="of that process: where it keeps encodings and pairs")
    parser.add_argument("--processes", type=int, default=1, help="of that process: how many it starts")
    parser.add_argument("--every", type=int, default=1, help="of that process: one of so many texts")
    given = parser.parse_args()
    given.benchmark = given.benchmark or given.crosswalks / "benchmark.dev.json"
    if given.do:
        print(json.dumps(bridges_speed.DO[given.do](given)))
        return
    parts = given.part or (LISTS if given.known else PARTS)
    if not (given.train or given.ablation) and all(part in TIMED for part in parts):
        finish([figure for part in parts for figure in TIMED[part](given)], given)
        return
    try:
        bench = Bench(given)
    except NotUsable as error:
        sys.exit(str(error))
    if given.train:
        bench.train()
        return
    if given.ablation:
        finish(bench.ablation(), given)
        return
    figures: list[Figure] = []
    for part in parts:
        figures += TIMED[part](given) if part in TIMED else getattr(bench, part)()
        bench.save(given.json)  # what is measured stays, whatever comes of the next part
    missed = given.check and any(figure.met is False for figure in figures)
    given.check = False  # the results are completed before the verdict
    finish(figures, given)
    bench.save(given.json)
    if missed:
        sys.exit(1)


class Bench:
    """The parts, sharing what was worked out."""

    judged, relations = judged, relations

    def __init__(self, given: Any) -> None:
        from bench.bridges_training import Material

        self.given = given
        beside = [given.known.absolute().parent / "instruments"] if given.known else []
        self.library = Library(given.instruments, *beside)
        asked = questions(given.benchmark, given.crosswalks, self.library)
        self.expert = [one for one in asked if one.kind == "expert"]
        self.other = [one for one in asked if one.kind != "expert"]
        self.beside = self.expert
        if given.known:
            file = given.known / "benchmark.dev.json"
            found = questions(file, given.known, self.library, every=False)
            self.beside = [one for one in found if one.kind == "expert"]
        known = {one.name: known_beside(one, self.beside, self.library) for one in self.expert}
        self.material = Material(self.expert, Cached(), known, self.beside)
        self.pairs: dict[str, dict[str, dict[str, float]]] = {}
        self._folds: dict[bool, dict[str, dict[str, float]]] = {}

    def save(self, file: Path | None) -> None:
        """Put the measures of each pair, and their means, into the results."""
        if file and self.pairs:
            found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            found = {"mean": self.means(), "pairs": self.pairs, **{k: v for k, v in found.items() if k in KEPT}}
            file.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")

    def train(self) -> None:
        from bench.bridges_training import domain, train

        (SHIPPED / "domain.tsv").write_text(domain(self.library), encoding="utf-8")
        from comity.engine.align import signals

        signals.domain.cache_clear()
        signals.rare_columns.cache_clear()
        found = train(self.material, [*self.expert, *self.other])
        data = {
            "made-by": "python -m bench.bridges --train",
            "from": [one.name for one in [*self.expert, *self.other]],
        }
        (SHIPPED / "coefficients.json").write_text(json.dumps(data | found, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(found, indent=1))

    # Weights

    def weights(self, question: Question, *, known: bool) -> Mapping[str, float]:
        """Those learned without any pair that shares an instrument; of other data, the shipped ones."""
        from bench.bridges_training import left_out
        from comity.engine.align.ranking import shipped

        if self.given.known:
            found = shipped()
            text = found.cross if self.material.fusion(question).crossing else found.same
            return {**text, **(found.known if known else {})}
        if known not in self._folds:
            self._folds[known] = left_out(self.material, self.expert, known=known)
        return self._folds[known][question.name]

    def scores(self, question: Question, *, known: bool) -> Any:
        from bench.bridges_training import total

        parts = self.material.with_known(question) if known else self.material.text(question)
        return total(parts, self.weights(question, known=known))

    # Parts

    def quality(self) -> list[Figure]:
        peers: dict[str, list[dict[str, float]]] = {"bm25": [], "dense": [], "characters": []}
        for one in self.expert:
            self.pairs[one.name] = {
                how: scored(self.scores(one, known=how == "known"), one.gold) for how in ("text", "known")
            }
            plain = self.material.fusion(
                replace(one, source=replace(one.source, versions={}), target=replace(one.target, versions={}))
            )
            for name, found in peers.items():
                found.append(scored(plain.signals.raw(name, 0, len(one.source.units)), one.gold))
        peer = {
            name: {measure: float(np.mean([one[measure] for one in found])) for measure in MEASURES}
            for name, found in peers.items()
        }
        beside = "; ".join(
            f"{name} {found['mrr']:.3f}/{found['map']:.3f}/{found['hit1']:.3f}" for name, found in peer.items()
        )
        figures = []
        for how, goals in GOALS.items():
            mean = self.means()[how]
            for measure, goal in zip(MEASURES, goals, strict=False):
                low, high = self._interval(how, measure)
                figures.append(
                    at_least(
                        f"{how}: {measure}, mean of {len(self.pairs)} pairs [{low:.3f}, {high:.3f}]",
                        beside,
                        mean[measure],
                        goal,
                        "",
                    )
                )
        mean = self.means()["text"]
        wins = sum(
            self.pairs[one.name]["text"]["mrr"] > bm["mrr"]
            for one, bm in zip(self.expert, peers["bm25"], strict=True)
        )
        figures.append(
            at_least(
                "text: a right target among the first five",
                f"BM25 {peer['bm25']['hit5']:.2f}",
                mean["hit5"],
                0.82,
                "",
            )
        )
        figures.append(
            at_least(f"text: pairs won against BM25, of {len(self.expert)}", "", wins, min(11, len(self.expert)), "")
        )
        for name, found in self.pairs.items():
            figures.append(
                Figure(
                    f"  {name}",
                    "",
                    " · ".join(f"{how} {'/'.join(f'{found[how][m]:.3f}' for m in MEASURES)}" for how in found),
                )
            )
        return figures

    def taught(self) -> list[Figure]:
        """MRR on the rest after a quarter of the sources, drawn at random three times, were decided."""
        found, before = [], []
        for one in self.expert:
            rows = np.flatnonzero(one.gold.any(axis=1))
            if len(rows) < 2:
                continue  # of one source nothing is left once it is decided
            for seed in range(3):
                chosen = np.random.default_rng(seed).permutation(rows)[: max(1, len(rows) // 4)]
                scores = self._after(one, chosen)
                rest = ~np.isin(np.arange(len(one.gold)), chosen)
                found.append(scored(scores, one.gold, rest)["mrr"])
                before.append(scored(self.scores(one, known=False), one.gold, rest)["mrr"])
        if not found:
            return []
        return [
            at_least(
                "MRR on the rest after a quarter was decided",
                f"before {np.mean(before):.3f}",
                float(np.mean(found)),
                0.66,
                "",
            )
        ]

    def _after(self, one: Question, chosen: Any) -> Any:
        from comity.engine.align import DECIDED
        from comity.engine.align.ranking import Coefficients

        taught = np.zeros_like(one.gold)
        taught[chosen] = one.gold[chosen]
        decided = replace(published(replace(one, gold=taught)), standing=DECIDED)
        weights = self.weights(one, known=True)
        fusion = self.material.fusion(one, Coefficients(weights, weights, weights, {}, {}), (decided,))
        return fusion.scores(0, len(one.source.units))[0]

    def parallel(self) -> list[Figure]:
        from bench.bridges_training import Material
        from comity.engine.align.ranking import MODEL_LANGUAGES, shipped

        rows, plain = [], []
        for one in self.other:
            if not {one.source.language.partition("-")[0], one.target.language.partition("-")[0]} <= MODEL_LANGUAGES:
                continue
            material = Material([one], self.material.embed, {})
            parts = material.text(one)
            rows.append(
                (
                    one.name,
                    scored(
                        sum(weight * parts[name] for name, weight in shipped().cross.items() if name in parts),
                        one.gold,
                    )["mrr"],
                )
            )
            plain.append(scored(material.fusion(one).signals.raw("bm25", 0, len(one.gold)), one.gold)["mrr"])
        if not rows:
            return []
        mean = float(np.mean([value for _name, value in rows]))
        head = at_least(f"parallel texts: MRR, mean of {len(rows)}", f"BM25 {np.mean(plain):.2f}", mean, 0.97, "")
        return [head, *(Figure(f"  {name}", "", f"{value:.4f}") for name, value in rows if value < 0.97)]

    def confidence(self) -> list[Figure]:
        from bench.bridges_training import absence, candidates, confidence
        from comity.engine.align.ranking import confidences, logistic, shipped

        found = {
            one.name: candidates(self.material, one, self.weights(one, known=False), known=False)
            for one in self.expert
        }
        chances, rights, firsts, right_firsts = [], [], [], []
        for one in self.expert:
            rest = [found[other.name] for other in self.expert if other is not one and not shares(one, other)]
            if self.given.known or not rest:
                model: Mapping[str, float] = shipped().confidence
            else:
                model = confidence(rest)
            chance = confidences(found[one.name][0], model)
            chances.append(chance.ravel()), rights.append(found[one.name][1].ravel())
            firsts.append(chance[:, 0]), right_firsts.append(found[one.name][1][:, 0])
        error = float(np.mean([_error(chance, right) for chance, right in zip(chances, rights, strict=True)]))
        pooled = _error(np.concatenate(chances), np.concatenate(rights))
        share = _answered(np.concatenate(firsts), np.concatenate(right_firsts))
        figures = [
            at_most(
                "confidence: expected calibration error, all pairs pooled",
                f"mean of single pairs {error:.3f}",
                pooled,
                0.03,
                "",
            ),
            at_least("sources answered at precision ≥ .8", "", share, 0.30, ""),
        ]
        curve = _bins(np.concatenate(chances), np.concatenate(rights))
        if self.given.picture:
            self.given.picture.write_text(picture(curve), encoding="utf-8")
        figures += [
            Figure(
                f"  confidence {low:.1f} to {low + 0.1:.1f}",
                f"{count} proposals",
                f"{right:.3f} right, {said:.3f} said",
            )
            for low, said, right, count in curve
        ]
        if self.given.known:
            return figures
        for one in self.expert:
            if one.none:
                turned = replace(
                    one,
                    name=one.name + " turned",
                    source=one.target,
                    target=one.source,
                    gold=one.gold.T,
                    source_doc=one.target_doc,
                    target_doc=one.source_doc,
                )
                weights = self.weights(one, known=False)
                rest = [other for other in self.expert if not shares(one, other) and not other.gold.any(axis=1).all()]
                model = absence([(found[other.name][0], ~other.gold.any(axis=1)) for other in rest])
                absent = logistic(candidates(self.material, turned, weights, known=False)[0][:, 0], model)
                missing = np.isin([unit.key for unit in turned.source.units], one.none)
                low, high, auc = _auc(absent, missing, turned.gold.any(axis=1))
                figures.append(
                    Figure(
                        "no counterpart, AUC (reported, no gate)",
                        "goal of the issue .70",
                        f"{auc:.3f} [{low:.2f}, {high:.2f}]",
                    )
                )
        return figures

    def poison(self) -> list[Figure]:
        """Random pairs, published between the target and a third instrument, among the known ones."""
        from comity.engine.align import Known
        from comity.engine.align.ranking import Coefficients

        text, poisoned = [], []
        for one in self.expert:
            draw = np.random.default_rng(0)
            third = next((other for other in self.expert if not shares(one, other)), None)
            if third is None:
                continue
            keys = [unit.key for unit in third.source.units]
            lists = []
            for clauses in (one.source, one.target):
                pairs = tuple(
                    (keys[draw.integers(len(keys))], clauses.units[draw.integers(len(clauses.units))].key)
                    for _pair in range(400)
                )
                lists.append(Known(third.source.name, clauses.name, pairs, publisher="nobody"))
            weights = self.weights(one, known=True)
            fusion = self.material.fusion(one, Coefficients(weights, weights, weights, {}, {}), lists)
            poisoned.append(scored(fusion.scores(0, len(one.gold))[0], one.gold)["mrr"])
            text.append(scored(self.scores(one, known=False), one.gold)["mrr"])
        if not text:
            return []
        return [
            at_most(
                "loss of MRR by two random crosswalks among the known",
                f"text only {np.mean(text):.3f}",
                float(np.mean(text) - np.mean(poisoned)),
                0.02,
                "",
            )
        ]

    def ablation(self) -> list[Figure]:
        from bench.bridges_training import EQUAL, fit
        from comity.engine.align.signals import SIGNALS

        whole = float(np.mean([scored(self.scores(one, known=False), one.gold)["mrr"] for one in self.expert]))
        figures = [Figure("all signals", "", f"{whole:.4f}")]
        for name in SIGNALS:
            alone, without = [], []
            rest = [other for other in SIGNALS if other != name]
            prior = {other: EQUAL[other] * len(SIGNALS) / len(rest) for other in rest}
            for one in self.expert:
                parts = self.material.text(one)
                others = [
                    (self.material.text(other), other.gold)
                    for other in self.expert
                    if other is not one and not shares(one, other)
                ]
                found = fit(others, rest, prior)
                without.append(scored(sum(weight * parts[each] for each, weight in found.items()), one.gold)["mrr"])
                alone.append(scored(parts[name], one.gold)["mrr"])
            figures.append(
                Figure(
                    f"  {name}",
                    f"alone {np.mean(alone):.3f}",
                    f"without it {np.mean(without):.4f} ({np.mean(without) - whole:+.4f})",
                )
            )
        return figures

    def means(self) -> dict[str, dict[str, float]]:
        return (
            {
                how: {m: float(np.mean([found[how][m] for found in self.pairs.values()])) for m in MEASURES}
                for how in GOALS
            }
            if self.pairs
            else {}
        )

    def _interval(self, how: str, measure: str) -> tuple[float, float]:
        """The middle 95 % of means over pairs drawn again, 2,000 times."""
        values = np.array([found[how][measure] for found in self.pairs.values()])
        drawn = np.random.default_rng(0).integers(len(values), size=(2_000, len(values)))
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        return float(low), float(high)


def _bins(chances: Any, right: Any) -> list[tuple[float, float, float, int]]:
    places = np.minimum((chances * 10).astype(int), 9)
    return [
        (
            place / 10,
            float(chances[places == place].mean()),
            float(right[places == place].mean()),
            int((places == place).sum()),
        )
        for place in range(10)
        if (places == place).any()
    ]


def _error(chances: Any, right: Any) -> float:
    """Expected calibration error over ten bins (Guo et al. 2017)."""
    return sum(count * abs(said - is_right) for _low, said, is_right, count in _bins(chances, right)) / len(chances)


def _answered(chances: Any, right: Any, precision: float = 0.8) -> float:
    """The largest share of sources that can be answered, surest first, with that precision."""
    order = np.argsort(-chances, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(kept >= precision)
    return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0


def _auc(scores: Any, positive: Any, negative: Any) -> tuple[float, float, float]:
    """(low, high, AUC): the middle 95 % of 2,000 draws of the sources."""
    ones, others = scores[positive], scores[negative]

    def area(left: Any, right: Any) -> float:
        return float((left[:, None] > right[None]).mean() + (left[:, None] == right[None]).mean() / 2)

    draw = np.random.default_rng(0)
    drawn = [area(draw.choice(ones, len(ones)), draw.choice(others, len(others))) for _turn in range(2_000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high), area(ones, others)


if __name__ == "__main__":
    main()
