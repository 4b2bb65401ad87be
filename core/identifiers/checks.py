"""Check digits. Luhn and IBAN come from stdnum; Kazakhstan's IIN and BIN have no package that works."""

from stdnum import luhn as _luhn

_FIRST = tuple(range(1, 12))
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1."""
    return bool(_luhn.is_valid(digits))


def _check_digit_holds(digits: str) -> bool:
    """The twelfth digit of an IIN or BIN (Kazakhstan, since 2013 one rule for both)."""
    numbers = [int(digit) for digit in digits]
    for weights in (_FIRST, _SECOND):
        check = sum(number * weight for number, weight in zip(numbers, weights, strict=False)) % 11
        if check < 10:
            return check == numbers[11]
    return False  # such a number is not issued


def looks_like_iin(digits: str) -> bool:
    """A date of birth in front and a century digit."""
    return "01" <= digits[2:4] <= "12" and "01" <= digits[4:6] <= "31" and digits[6] <= "6"


def is_iin(digits: str) -> bool:
    """Twelve digits that are some citizen's number."""
    return len(digits) == 12 and looks_like_iin(digits) and _check_digit_holds(digits)


def is_bin(digits: str) -> bool:
    """Twelve digits that are a company's number: month of registration, kind, check digit."""
    return len(digits) == 12 and "01" <= digits[2:4] <= "12" and digits[4] in "456" and _check_digit_holds(digits)
