"""The text network's tensor in, a text out.

For each of 40 columns of the picture the network scores 37 signs: nothing, and the letters of ALPHABET. Signs that follow each
other without a column of nothing in between are one.
"""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = 1 + len(ALPHABET)
NOTHING = 0
# Which digit and which letter are taken for each other.
DIGITS = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
LETTERS = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}


def text(scores):
    """What is read, and the least score of its signs; an empty text for nothing."""
    letters, least, before = [], 1.0, NOTHING
    for start in range(0, len(scores) - SIGNS + 1, SIGNS):
        column = scores[start : start + SIGNS]
        best = max(column)
        sign = column.index(best)
        if sign != NOTHING and sign != before:
            letters.append(ALPHABET[sign - 1])
            least = min(least, best)
        before = sign
    return "".join(letters), least if letters else 0.0


def fitted(text, formats):
    """The text in the format that it fits best, a zero and an O taken for each other and the like; None if it fits none.

    In a format, `L` stands for a letter, `D` for a digit, `*` for either.
    """
    fitting = []
    for form in formats:
        letters = [fit(letter, kind) for letter, kind in zip(text, form)] if len(form) == len(text) else [None]
        if None not in letters:
            fitting.append((sum(one != other for one, other in zip(letters, text)), "".join(letter for letter in letters if letter)))
    return min(fitting, default=(0, None))[1]


def fit(letter, kind):
    if kind == "L":
        return letter if letter.isalpha() else LETTERS.get(letter)
    if kind == "D":
        return letter if letter.isdigit() else DIGITS.get(letter)
    return letter if kind == "*" else None
