# -*- coding: utf-8 -*-
"""What compilers leave to chance: names, sets, nested classes, closures, numbers, text."""
BRACE = "{"
EMPTY = ""
ACCENT = u"\xe9"
WORDS = u"na\xefve \u4e16\u754c \U0001f40d"
NUMBERS = (0, 256, 257, -5, 1 << 70, 0.1, -0.0, 1e308 * 10, 2.5j, True, None)
NAMES = ("alpha", "beta_2", ("alpha", "not a name"), b"raw", b"")


class Shelf(object):
    kind = "shelf"

    class Book(object):
        kind = "book"

        def where(self):
            return "Shelf.Book", self.kind, {"alpha": BRACE}


def closure(first, second, third):
    total = first + second

    def inner(step):
        def deepest():
            return total + step + third + second
        return deepest
    return inner


def member(word, number):
    if word in {"alpha", "beta_2", "gamma", "delta", ("x", "y"), None, 1}:
        return number in {8, 0, 16, 3}
    return word in {"delta", "gamma", "beta_2", "alpha"} or word in {"alpha", "gamma"}


def again(word):
    return word in {"gamma", "alpha"}, lambda x: word in {"gamma", "alpha"} and x[1:2]
