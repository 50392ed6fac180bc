"""What keyboards and Slack do to a line is undone, and nothing typed is too strange to split."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar.tokenizer import quote, tidy, tokenize, unescape
from daypass.adapters.slack.text import escape

TYPED = st.text(
    st.one_of(
        st.sampled_from("\"'“”„«»‘’\u2032-—–=\\ \u00a0\u200b\ufeff\n\t&;<>|ab1"), st.characters()
    )
)


def texts(text: str) -> list[str]:
    """Return the tokens' texts, flags as `--name=text`."""
    return [f"--{t.flag}={t.text}" if t.flag else t.text for t in tokenize(text)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("—reason “fix it”", ["--reason=", "fix it"], id="macos"),
        pytest.param("–d 1h ―n x −g y", ["--d=", "1h", "--n=", "x", "--g=", "y"], id="dashes"),
        pytest.param("——reason x", ["--reason=", "x"], id="two-em-dashes"),
        pytest.param("—-reason x", ["--reason=", "x"], id="half-changed"),
        pytest.param("\uff0d\uff0dreason x", ["--reason=", "x"], id="full-width"),
        pytest.param("-reason x", ["--reason=", "x"], id="one-dash"),
        pytest.param("--k8s–group=x", ["--k8s-group=x"], id="dash-inside-a-name"),
        pytest.param("--reason=“fix it” now", ["--reason=fix it", "now"], id="quote-after-equals"),
        pytest.param("--reason='fix it'", ["--reason=fix it"], id="single-after-equals"),
        pytest.param('--reason="fix', ["--reason=fix"], id="unbalanced-after-equals"),
        pytest.param("„so“ «so» \u2033so\u2033", ["so", "so", "so"], id="other-quotes"),
        pytest.param('"fix it”', ["fix it"], id="mixed-quotes"),
        pytest.param("‘it’s broken’ x", ["it’s broken", "x"], id="single-with-apostrophe"),
        pytest.param("can't login", ["can't", "login"], id="apostrophe"),
        pytest.param("users’ pods", ["users’", "pods"], id="curly-apostrophe"),
        pytest.param('say "no end --d 1h', ["say", "no end --d 1h"], id="unbalanced-double"),
        pytest.param("'no end", ["no end"], id="unbalanced-single"),
        pytest.param("to\u00a0prod\u202f-g\u2003x", ["to", "prod", "--g=", "x"], id="wide-spaces"),
        pytest.param("\ufeffto\u200b pr\u200bod", ["to", "prod"], id="unseen"),
        pytest.param("a\u202eb", ["ab"], id="direction-mark"),
        pytest.param("to\u3164 pr\u034fod\u2800", ["to", "prod"], id="unseen-letters"),
        pytest.param(
            "\u0645\u06cc\u200c\u062e ❤\ufe0f", ["\u0645\u06cc\u200c\u062e", "❤\ufe0f"], id="joined"
        ),
        pytest.param("fix — done", ["fix", "—", "done"], id="dash-alone"),
        pytest.param("-1h —2", ["-1h", "—2"], id="minus"),
        pytest.param('"--d"', ["--d"], id="quoted-flag"),
        pytest.param("well-known a—b", ["well-known", "a—b"], id="dash-in-a-word"),
        pytest.param(r'"a \"b\" \\ \c"', [r'a "b" \ \c'], id="escapes"),
        pytest.param("&lt;b&gt; &amp;amp; &quot;", ["<b>", "&amp;", "&quot;"], id="entities"),
        pytest.param("<@U012|bob> <@U1>", ["<@U012|bob>", "<@U1>"], id="mentions"),
        pytest.param("<!channel> <#C1|x>", ["<!channel>", "<#C1|x>"], id="broadcast"),
        pytest.param("<https://a.b/c?d=1&amp;e>", ["https://a.b/c?d=1&e"], id="link"),
        pytest.param("<http://prod.eu|prod.eu>", ["prod.eu"], id="host-made-a-link"),
        pytest.param("<https://a.b|click>", ["https://a.b"], id="named-link"),
        pytest.param("<mailto:a@b.c|a@b.c>", ["a@b.c"], id="mail"),
        pytest.param("  \u3000 \n", [], id="spaces-only"),
        pytest.param('""', [""], id="empty-quotes"),
    ],
)
def test_tokenize_understands_what_was_meant(typed: str, meant: list[str]) -> None:
    """Curly quotes, long dashes, odd spaces and Slack's own writing mean what plain ones mean."""
    assert texts(typed) == meant


@given(TYPED)
@example("“")
@example("—“")
@example("--a='")
def test_tokenize_never_raises_and_loses_no_word(typed: str) -> None:
    """Every character that can be seen, spaces apart, is in some token's raw text, in order."""
    raw = "".join(token.raw for token in tokenize(typed))
    assert raw.replace(" ", "") == tidy(unescape(typed)).replace(" ", "")


@given(TYPED)
def test_tokenize_reads_back_what_quote_writes(text: str) -> None:
    """A reason that we print and a person copies arrives as it was."""
    (token,) = tokenize(escape(quote(f"x{text}x")))
    assert (token.text, token.quoted) == (tidy(f"x{text}x"), True)
