"""What else a detector took a track for: where its usual class is wrong, one of these is often the right one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_OTHERS = 2
LEAST_SHARE = 0.02


@dataclass(frozen=True)
class ClassVotes:
    """V votes, sorted by track, the strongest first; at most `MOST_OTHERS` a track.

    track_id, class_id: (V,) int32; class_id is never the track's own. share: (V,) float32 of its sightings.
    """

    track_id: np.ndarray
    class_id: np.ndarray
    share: np.ndarray

    def __len__(self) -> int:
        return len(self.track_id)

    @staticmethod
    def none() -> ClassVotes:
        """Nothing is known, as of tracks that were given."""
        return ClassVotes(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))

    @staticmethod
    def of(track_id: np.ndarray, class_id: np.ndarray, own: np.ndarray, classes: int) -> ClassVotes:
        """From sightings: (R,) track 0 … K-1 and (R,) class of each; own: (K,) class of each track."""
        if not len(track_id):
            return ClassVotes.none()
        pair, count = np.unique(track_id.astype(np.int64) * classes + class_id, return_counts=True)
        track, kind = np.divmod(pair, classes)
        share = count / np.bincount(track_id, minlength=len(own))[track]
        other = (kind != own[track]) & (share >= LEAST_SHARE)
        track, kind, share = track[other], kind[other], share[other]
        order = np.lexsort((kind, -share, track))
        track, kind, share = track[order], kind[order], share[order]
        keep = np.arange(len(track)) - np.searchsorted(track, track) < MOST_OTHERS
        return ClassVotes(track[keep].astype(np.int32), kind[keep].astype(np.int32), share[keep].astype(np.float32))

    def table(self, track_id: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(K, 2) classes (-1: none) and (K, 2) shares, strongest first, of the tracks `track_id` (K,) in any order."""
        kind, share = np.full((len(track_id), MOST_OTHERS), -1), np.zeros((len(track_id), MOST_OTHERS), np.float32)
        low = np.searchsorted(self.track_id, track_id)
        high = np.searchsorted(self.track_id, track_id, side="right")
        for place in range(MOST_OTHERS):
            has = low + place < high
            kind[has, place], share[has, place] = self.class_id[low[has] + place], self.share[low[has] + place]
        return kind, share
