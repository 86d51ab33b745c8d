package org.mailcaravan.dav;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Finds the text for people in an error body: in XML of WebDAV (RFC 4918, section 14.24), of
 * sabre/dav or of Apple's server, in HTML, in JSON or as plain text. The result is one line, and
 * still has to be masked and made visible.
 */
final class ErrorWords {
  /** Names of XML elements and JSON members that hold a sentence, in lower case. */
  private static final Set<String> SENTENCES =
      Set.of(
          "message",
          "msg",
          "errormessage",
          "responsedescription",
          "error-description",
          "error_description",
          "description",
          "detail",
          "details",
          "reason",
          "internalreason",
          "faultstring",
          "title");

  private static final int MOST_SENTENCES = 3;
  private static final int MOST_TOKENS = 10_000;
  private static final JsonFactory JSON = new JsonFactory();

  private ErrorWords() {}

  /** Whether an element of an error holds a sentence, rather than names a condition. */
  static boolean isSentence(Element element) {
    return SENTENCES.contains(element.getLocalName().toLowerCase(Locale.ROOT));
  }

  /** The sentences in XML of any namespace. */
  static String of(Element root) {
    Set<String> told = new LinkedHashSet<>();
    if (!isSentence(root)) {
      told.add(line(ownText(root)));
    }
    IntStream.range(0, root.getElementsByTagName("*").getLength())
        .mapToObj(root.getElementsByTagName("*")::item)
        .map(Element.class::cast)
        .filter(ErrorWords::isSentence)
        .limit(MOST_SENTENCES)
        .forEach(element -> told.add(line(element.getTextContent())));
    return joined(told);
  }

  /** The text directly within an element, such as that of a condition. */
  static String ownText(Element element) {
    StringBuilder text = new StringBuilder();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
        text.append(node.getNodeValue());
      }
    }
    return line(text.toString());
  }

  /** The text in a body of JSON, HTML or plain text; empty when it is binary. */
  static String of(String body) {
    String text = body.strip();
    if (text.startsWith("{") || text.startsWith("[")) {
      String told = json(text);
      if (!told.isEmpty()) {
        return told;
      }
    }
    if (isBinary(text)) {
      return "";
    }
    Page page = new Page(text);
    page.read();
    String title = line(page.title.toString());
    String shown = line(page.shown.toString());
    return title.isEmpty() || shown.startsWith(title)
        ? shown
        : shown.isEmpty() ? title : title + ": " + shown;
  }

  private static boolean isBinary(String text) {
    String start = text.substring(0, Math.min(text.length(), 1000));
    long strange =
        start
            .chars()
            .filter(c -> c == 0xfffd || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
            .count();
    return strange > 1 + start.length() / 20;
  }

  private static String json(String text) {
    Set<String> told = new LinkedHashSet<>();
    try (JsonParser json = JSON.createParser(text)) {
      JsonToken token = json.nextToken();
      for (int n = 0; token != null && n < MOST_TOKENS && told.size() < MOST_SENTENCES; n++) {
        String name = json.currentName();
        if (token == JsonToken.VALUE_STRING && name != null && isSentence(name)) {
          told.add(line(json.getText()));
        }
        token = json.nextToken();
      }
    } catch (IOException e) {
      // The body is cut off; what was read so far is used.
    }
    return joined(told);
  }

  private static boolean isSentence(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("error") || SENTENCES.contains(lower);
  }

  private static String joined(Set<String> told) {
    return told.stream().filter(each -> !each.isEmpty()).collect(Collectors.joining(", "));
  }

  static String line(@Nullable String words) {
    return words == null ? "" : words.replaceAll("[\\s\\p{Zs}]+", " ").strip();
  }

  /** The visible text and the title of an HTML page. */
  private static final class Page {
    final StringBuilder title = new StringBuilder();
    final StringBuilder shown = new StringBuilder();
    private final String text;
    private final String lower;

    Page(String text) {
      this.text = text;
      this.lower = lower(text);
    }

    /** Lower case, as long as the text; {@link String#toLowerCase} makes two characters of some. */
    private static String lower(String text) {
      char[] lower = text.toCharArray();
      for (int i = 0; i < lower.length; i++) {
        lower[i] = Character.toLowerCase(lower[i]);
      }
      return new String(lower);
    }

    void read() {
      int at = 0;
      while (at < text.length()) {
        int open = text.indexOf('<', at);
        int close = open < 0 ? -1 : text.indexOf('>', open);
        if (close < 0) {
          shown.append(text, at, open < 0 ? text.length() : open);
          return;
        }
        shown.append(text, at, open).append(' ');
        at = close + 1;
        String name = name(open + 1);
        if (name.equals("title") || name.equals("style") || name.equals("script")) {
          int end = lower.indexOf("</" + name, at);
          int stop = end < 0 ? text.length() : end;
          if (name.equals("title") && title.isEmpty()) {
            title.append(text, at, stop);
          }
          at = stop;
        }
      }
    }

    private String name(int from) {
      int end = from;
      while (end < lower.length() && Character.isLetter(lower.charAt(end))) {
        end++;
      }
      return lower.substring(from, end);
    }
  }
}
