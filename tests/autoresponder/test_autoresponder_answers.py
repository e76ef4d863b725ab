"""Proves G42 and G45: an owner sees whom an autoresponder answered, whom it did not and why."""

from tests.make import make_answer_event, make_autoresponder

WHY = "It came over a mailing list, or is a newsletter."


def test_whom_it_answered_and_whom_not_and_why(as_alice, alice):
    one = make_autoresponder(alice)
    make_answer_event(one, "carol@far.example")
    make_answer_event(one, "<script>@far.example", because=WHY)
    path = f"/autoresponders/{one.pk}/answers"

    pages = [as_alice.get(f"{path}?show={which}") for which in ("", "answered", "unanswered")]

    assert [[event.address for event in page.context["page"]] for page in pages] == [
        ["<script>@far.example", "carol@far.example"],
        ["carol@far.example"],
        ["<script>@far.example"],
    ]
    assert WHY in pages[2].text
    assert "<script>@" not in pages[2].text


def test_the_reason_is_in_the_readers_language(as_alice, alice):
    alice.language = "fr"
    alice.save()
    one = make_autoresponder(alice)
    make_answer_event(one, "carol@far.example", because=WHY)

    page = as_alice.get(f"/autoresponders/{one.pk}/answers")

    assert "Il vient d’une liste de diffusion ou c’est une lettre d’information." in page.text


def test_fifty_on_a_page_with_as_many_queries(as_alice, alice, django_assert_num_queries):
    one = make_autoresponder(alice)
    path = f"/autoresponders/{one.pk}/answers"
    make_answer_event(one, "carol@far.example")
    as_alice.get(path)
    with django_assert_num_queries(6):
        as_alice.get(path)
    for number in range(60):
        make_answer_event(one, f"c{number}@far.example")

    with django_assert_num_queries(6):
        page = as_alice.get(path)

    assert len(page.context["page"]) == 50
