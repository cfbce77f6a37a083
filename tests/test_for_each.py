import pytest

from tests.for_each import for_each


def failures(test, **fixtures):
    with pytest.raises(ExceptionGroup) as caught:
        test(**fixtures)
    return caught.value


def test_every_case_is_tried_and_each_that_fails_is_named():
    tried = []

    @for_each(("number", "wanted"), [(1, 1), (2, 3), (4, 4), (5, 0)])
    def test(number, wanted):
        tried.append(number)
        assert number == wanted

    group = failures(test)
    assert tried == [1, 2, 4, 5]
    assert group.message == "2 of 4 cases fail: (2, 3); (5, 0)"
    assert [error.__notes__ for error in group.exceptions] == [["in the case (2, 3)"], ["in the case (5, 0)"]]


def test_a_case_that_ought_to_have_raised_fails_like_any_other():
    @for_each("error", [ValueError, KeyError])
    def test(error):
        with pytest.raises(error):
            pass

    group = failures(test)
    assert group.message == "2 of 2 cases fail: ValueError; KeyError"
    assert all("DID NOT RAISE" in str(error).upper() for error in group.exceptions)


def test_two_cases_of_one_name_both_count():
    @for_each("number", [1, 2], ids=["same", "same"])
    def test(number):
        raise AssertionError(number)

    assert failures(test).message == "2 of 2 cases fail: same; same (case 1)"


@for_each("inner", "ab")
@pytest.mark.parametrize("param", [1, 2])
@for_each("outer", [10, 20])
def test_it_goes_with_itself_with_parameters_and_with_fixtures(inner, outer, param, tmp_path):
    assert tmp_path.is_dir()
    assert (inner in "ab", outer in {10, 20}, param in {1, 2}) == (True, True, True)


def test_no_cases_are_a_mistake():
    with pytest.raises(AssertionError, match="no cases"):
        for_each("case", [])
