"""What else tracks were taken for: counted as a plain loop counts, kept by the index file, looked up by track."""

from collections import Counter
from dataclasses import replace

import numpy as np

from data.dataset import SampleSettings, make_sample
from pipeline.class_votes import LEAST_SHARE, MOST_OTHERS, ClassVotes
from pipeline.object_index import read_index, write_index


def test_votes_equal_a_plain_count() -> None:
    rng = np.random.default_rng(3)
    track, kind = rng.integers(0, 30, 900), (rng.exponential(1.2, 900)).astype(int).clip(max=9)
    own = np.array([Counter(kind[track == k].tolist()).most_common(1)[0][0] for k in range(30)])
    votes = ClassVotes.of(track, kind, own, 10)
    table_class, table_share = votes.table(np.arange(30))
    several = 0
    for k in range(30):
        count = Counter(kind[track == k].tolist())
        total = sum(count.values())
        del count[own[k]]
        expected = sorted(((-n / total, c) for c, n in count.items() if n / total >= LEAST_SHARE))[:MOST_OTHERS]
        found = [(-s, c) for c, s in zip(table_class[k].tolist(), table_share[k].tolist(), strict=True) if c >= 0]
        assert np.allclose(np.array(found).reshape(-1, 2), np.array(expected).reshape(-1, 2)), k
        several += len(expected) == MOST_OTHERS
    assert several > 10


def test_the_index_file_keeps_votes(tmp_path) -> None:
    index = make_sample(5, 3, SampleSettings(noise="hard", clean_share=0.0, questions=0)).seen
    assert len(index.votes) > 3
    write_index(index, tmp_path / "clip")
    again = read_index(tmp_path / "clip")
    assert again.votes.track_id.tolist() == index.votes.track_id.tolist()
    assert again.votes.class_id.tolist() == index.votes.class_id.tolist()
    assert np.abs(again.votes.share - index.votes.share).max() <= 0.5 / 255 + 1e-6
    write_index(replace(index, votes=ClassVotes.none()), tmp_path / "without")
    assert len(read_index(tmp_path / "without").votes) == 0


def test_a_wrong_class_leaves_the_right_one_among_the_votes() -> None:
    """In noise, a long track that was taken for another thing has mostly been taken for the true one, too, or for
    nothing else at all."""
    hits = []
    for number in range(70):
        sample = make_sample(9, number, SampleSettings(noise="hard", clean_share=0.0, questions=0))
        seen, clean = sample.seen, sample.clean
        true_class = dict(zip(clean.tracks.track_id.tolist(), clean.tracks.class_id.tolist(), strict=True))
        table_class, _ = seen.votes.table(seen.tracks.track_id)
        for track, own, sightings, second in zip(
            seen.tracks.track_id, seen.tracks.class_id, seen.tracks.sightings, table_class[:, 0], strict=True
        ):
            true = true_class.get(int(sample.true_track[track]))
            if true is not None and true != own and sightings >= 20:
                hits.append((second == true, second >= 0))
    right, any_second = np.array(hits).T
    assert len(hits) >= 30 and any_second.mean() > 0.4 and right.sum() > 0.8 * any_second.sum()
