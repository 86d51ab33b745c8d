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
 * What the body of a refusal says to a person: in the words of WebDAV (RFC 4918, section 14.24), of
 * sabre, of Apple's server, in a page, in JSON or as plain text. Neither masked nor made visible,
 * of one line.
 */
final class ErrorWords {
  /** Elements and members of objects whose text is a sentence, in lower case. */
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

  /** Whether an element of an error holds a sentence and is no condition by its name. */
  static boolean isSentence(Element element) {
    return SENTENCES.contains(element.getLocalName().toLowerCase(Locale.ROOT));
  }

  /** The sentences in an error that is XML, whatever its namespaces. */
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

  /** The text that stands directly in an element, such as words within a condition. */
  static String ownText(Element element) {
    StringBuilder text = new StringBuilder();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
        text.append(node.getNodeValue());
      }
    }
    return line(text.toString());
  }

  /** What a body says that is JSON, a page or plain text. Empty when it is no text at all. */
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
      // It breaks off; what was told before counts.
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

  /** A page of HTML, read once from the begin to the end: what it shows, and its title. */
  private static final class Page {
    final StringBuilder title = new StringBuilder();
    final StringBuilder shown = new StringBuilder();
    private final String text;
    private final String lower;

    Page(String text) {
      this.text = text;
      this.lower = lower(text);
    }

    /** As long as the text: by the rules of Unicode some capitals become two characters. */
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
