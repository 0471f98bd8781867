"""Which two words may stand for one: a letter apart, alike in sound, or nicknames of one name.

They are found word by word, not record by record: a name that ten thousand records have has a few
words like it, and those are rare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from recon.matching.letters import shortened
from recon.matching.vocabulary import nicknames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.bonds import Lexicon
    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]

_SLIP = 0.8
_NICKNAME = 0.7

_LETTERS_FOR_SLIP = 4
_LONGEST = 24
_MEMBERS = 8
"""Words that may meet in one shortened spelling: where more do, it says nothing of any two."""


def words_alike(names: Names) -> sparse.coo_matrix:
    """How much of its bits a word counts beside another word: (words, words), symmetric.

    The diagonal is empty: what a word counts beside itself is not asked here.
    """
    slips = _meeting(_slips(names.lexicon), len(names.words), _SLIP)
    alike = slips.maximum(_meeting(_nicknames(names.lexicon), len(names.words), _NICKNAME)).tocoo()
    apart = alike.row != alike.col
    places = alike.row[apart], alike.col[apart]
    return sparse.coo_matrix((alike.data[apart], places), shape=alike.shape)


def _meeting(members: tuple[Ints, Ints], words: int, share: float) -> sparse.csr_matrix:
    """`share` where two words are in one group; `members` are (word, group)."""
    word, group = members
    shape = words, int(group.max(initial=-1)) + 1
    of = sparse.csr_matrix((np.ones(len(word), dtype=np.float32), (word, group)), shape=shape)
    together = of @ of.T
    together.data = np.full(together.nnz, share, dtype=np.float32)
    return together


def _slips(lexicon: Lexicon) -> tuple[Ints, Ints]:
    """(word, group): words that are equal but for one letter, or sound alike.

    A group is numbered by the shortened spelling: "jonson" and "johnson" meet in "jonson".
    """
    words = lexicon.text.tolist()
    looked = [n for n, w in enumerate(words) if len(w) >= _LETTERS_FOR_SLIP and w.isalpha()]
    number = np.array(looked, dtype=np.int64)
    text, key = shortened([words[n] for n in looked], _LONGEST)
    first = np.flatnonzero(np.diff(text, prepend=-1))  # how a word sounds stands before the rest
    word = number[np.insert(text, first, np.arange(len(number)))]
    group = pd.factorize(np.insert(key, first, lexicon.heard[number].astype(np.uint64)))[0]
    members = np.bincount(group)
    use = np.flatnonzero(((members > 1) & (members <= _MEMBERS))[group])
    return word[use], group[use]


def _nicknames(lexicon: Lexicon) -> tuple[Ints, Ints]:
    """(word, group): the nickname groups of every word."""
    groups, known = nicknames(), np.flatnonzero(lexicon.short).tolist()
    both = [(n, g) for n in known for g in sorted(groups[lexicon.text[n]])]
    word, group = np.array(both, np.int64).reshape(-1, 2).T
    return word, group
