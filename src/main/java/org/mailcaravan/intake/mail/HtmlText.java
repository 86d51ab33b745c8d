package org.mailcaravan.intake.mail;

import java.util.List;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/**
 * What HTML shows, as lines of text: a line for each block and each row of a table, whose cells are
 * apart by tabs. Quoted mails before it are left out.
 */
final class HtmlText {
  private static final Set<String> ENDS_LINE =
      Set.of(
          "br",
          "p",
          "div",
          "li",
          "tr",
          "table",
          "ul",
          "ol",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "hr",
          "pre",
          "dt",
          "dd",
          "blockquote",
          "section",
          "article",
          "header",
          "footer");

  /** As Gmail, Yahoo, Apple Mail, Thunderbird and Outlook on the web mark what they quote. */
  private static final String QUOTES =
      "blockquote[type=cite], .gmail_quote blockquote, .yahoo_quoted, .moz-cite-prefix,"
          + " .gmail_signature, .moz-signature";

  /** Marks behind which everything is an older mail: Outlook on the web. */
  private static final List<String> BEFORE_QUOTES = List.of("appendonsend", "divRplyFwdMsg");

  /** Elements in a cell that holds a value. */
  private static final int MOST_IN_A_CELL = 30;

  private HtmlText() {}

  /**
   * The text.
   *
   * @param forwarded whether what is quoted is what the sender wants us to read
   */
  static String of(String html, boolean forwarded) {
    Document page = Jsoup.parse(html);
    page.select("script, style, head, template, noscript").remove();
    if (!forwarded) {
      page.select(QUOTES).remove();
      for (String id : BEFORE_QUOTES) {
        Element mark = page.getElementById(id);
        if (mark != null) {
          mark.nextElementSiblings().remove();
          mark.remove();
        }
      }
    }
    StringBuilder text = new StringBuilder();
    page.traverse(new Lines(text));
    return text.toString();
  }

  private static final class Lines implements NodeVisitor {
    private final StringBuilder text;

    /** The innermost cell that is one line, or null. */
    private @Nullable Element cell;

    /** The row of the last cell, or null. */
    private @Nullable Element row;

    Lines(StringBuilder text) {
      this.text = text;
    }

    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        append(words.getWholeText());
      } else if (node instanceof Element element) {
        String tag = element.normalName();
        if (tag.equals("td") || tag.equals("th")) {
          beginCell(element);
        } else if (ENDS_LINE.contains(tag) && !isBehindTerm(element)) {
          endLine(tag.equals("br"));
        }
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (node.equals(cell)) {
        cell = null;
      } else if (node instanceof Element element && isBehindTerm(element.nextElementSibling())) {
        text.append('\t');
      } else if (node instanceof Element element
          && !element.normalName().equals("br")
          && ENDS_LINE.contains(element.normalName())) {
        endLine(false);
      }
    }

    /** Whether it is what a list says of a term: a line, as in a table. */
    private static boolean isBehindTerm(@Nullable Element element) {
      Element before = element == null ? null : element.previousElementSibling();
      return element != null
          && before != null
          && element.normalName().equals("dd")
          && before.normalName().equals("dt");
    }

    private void append(String words) {
      for (int i = 0; i < words.length(); i++) {
        char c = words.charAt(i);
        boolean blank = c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f';
        if (!blank) {
          text.append(c == '\u00a0' ? ' ' : c);
        } else if (!isAt(" \n\t")) {
          text.append(' ');
        }
      }
    }

    private void beginCell(Element element) {
      Element parent = element.parent();
      boolean isFirst = parent == null || !parent.equals(row);
      row = parent;
      // An empty cell at the beginning of a row counts, too.
      if (!isFirst || !isAt("\n")) {
        text.append('\t');
      }
      // Word puts a paragraph into each cell; other programs put a whole mail into one.
      if (cell == null && isOneLine(element)) {
        cell = element;
      }
    }

    private static boolean isOneLine(Element cell) {
      List<String> inside =
          cell.stream().skip(1).limit(MOST_IN_A_CELL).map(Element::normalName).toList();
      return inside.size() < MOST_IN_A_CELL
          && inside.stream().noneMatch(Set.of("br", "tr", "li")::contains)
          && inside.stream().filter(Set.of("p", "div")::contains).count() <= 1;
    }

    private void endLine(boolean always) {
      if (cell == null && (always || !isAt("\n"))) {
        text.append('\n');
      }
    }

    /** Whether the text is empty, or ends with one of these. */
    private boolean isAt(String ends) {
      return text.isEmpty() || ends.indexOf(text.charAt(text.length() - 1)) >= 0;
    }
  }
}
