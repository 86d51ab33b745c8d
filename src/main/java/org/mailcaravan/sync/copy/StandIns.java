package org.mailcaravan.sync.copy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.sync.copy.AnnouncedSizes.Fit;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.FingerprintStream;
import org.mailcaravan.sync.messages.HeaderPrint;

/**
 * Finds texts that a server gives in place of messages, whose size may well be as announced. Where
 * one stands out (the same octets for several messages, nothing in its header that names it, words
 * of {@code stand-ins.txt}), the header is asked for alone: that of the message is another one.
 * Messages that are there several times have the same header, and stay what they are. For one
 * thread at a time.
 */
final class StandIns {
  private static final List<String> WORDS = read();

  /** A text that is larger is none of these. */
  private static final int LONGEST = 16 * 1024;

  /** Of messages with the same octets so many are asked about, and all if one is not what came. */
  private static final int SAMPLE = 3;

  /** Octets of the body in which such a text says what it is, past the header of its first part. */
  private static final int LONGEST_START = 512;

  /** How a message begins that has a header. */
  private static final Pattern FIELD = Pattern.compile("[!-9;-~]+[ \\t]*:");

  private static final String SUBJECT = "Subject:";

  /** Of a message without header, as the server gives it. */
  private static final String NO_HEADER = noHeader();

  private final AnnouncedSizes sizes;
  private final Function<SourceMessage, Fit> fit;
  private final Set<Long> asked = new HashSet<>();
  private final Set<Long> messages = new HashSet<>();

  /** What came and has the header of its message. */
  private final Set<String> honestTexts = new HashSet<>();

  /** What came in place of a message, by UID. */
  private final Map<Long, String> found = new HashMap<>();

  /** Used for each message again. */
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  StandIns(AnnouncedSizes sizes, Function<SourceMessage, Fit> fit) {
    this.sizes = sizes;
    this.fit = fit;
  }

  /** Whether this came in place of the message. */
  boolean isOne(SourceMessage message) {
    String text = found.get(message.uid());
    return text != null && text.equals(message.fingerprint().whole());
  }

  /** Whether the server's header of this UID is that of what came. */
  boolean isMessage(long uid) {
    return messages.contains(uid);
  }

  /** Whether this is a message, which may be there several times. */
  boolean isHonest(String given) {
    return honestTexts.contains(given) && !found.containsValue(given);
  }

  /**
   * The messages that stand out and were not asked about.
   *
   * @param again UIDs that are to be asked about, since they did not come before
   */
  List<SourceMessage> suspects(Collection<SourceMessage> came, Set<Long> again) {
    if (!sizes.mayAskHeaders()) {
      return List.of();
    }
    Map<String, List<SourceMessage>> same = new LinkedHashMap<>();
    for (SourceMessage message : came) {
      String given = message.fingerprint().whole();
      if (given != null) {
        same.computeIfAbsent(given, any -> new ArrayList<>()).add(message);
      }
    }
    List<SourceMessage> suspects = new ArrayList<>();
    same.forEach(
        (given, group) -> {
          boolean all = found.containsValue(given) || sizes.isNoted(given) || standsOut(group);
          int most = all ? group.size() : group.size() > 1 || sizes.isKnownOdd(given) ? SAMPLE : 0;
          for (int i = 0; i < group.size(); i++) {
            if (i < most || again.contains(group.get(i).uid())) {
              suspects.add(group.get(i));
            }
          }
        });
    suspects.removeIf(message -> asked.contains(message.uid()));
    return suspects;
  }

  private boolean standsOut(List<SourceMessage> group) {
    SourceMessage first = group.get(0);
    if (first.content().size() > LONGEST) {
      return false;
    }
    String text = text(first);
    return (isNameless(first) && (sizes.mayAskNameless() || !FIELD.matcher(text).lookingAt()))
        || hasWords(subject(text))
        || hasWords(start(text));
  }

  static boolean isNameless(SourceMessage message) {
    return message.fingerprint().fields() == null;
  }

  private static boolean hasWords(String text) {
    return WORDS.stream().anyMatch(text::contains);
  }

  /** The first line of its subject, or nothing. */
  private static String subject(String text) {
    int next;
    for (int line = 0; !isEnd(text, line); line = next) {
      next = endOfLine(text, line);
      if (text.regionMatches(true, line, SUBJECT, 0, SUBJECT.length())) {
        return text.substring(line, next);
      }
    }
    return "";
  }

  /** The beginning of its body; where it has no header, that of all of it. */
  private static String start(String text) {
    int body = 0;
    if (FIELD.matcher(text).lookingAt()) {
      while (!isEnd(text, body)) {
        body = endOfLine(text, body);
      }
    }
    return text.substring(body, Math.min(text.length(), body + LONGEST_START));
  }

  /** Whether the header ends before this line. */
  private static boolean isEnd(String text, int line) {
    return line == text.length() || text.startsWith("\r\n", line) || text.startsWith("\n", line);
  }

  private static int endOfLine(String text, int line) {
    int end = text.indexOf('\n', line);
    return end < 0 ? text.length() : end + 1;
  }

  private String text(SourceMessage message) {
    octets.reset();
    try {
      message.content().writeTo(octets);
    } catch (IOException e) {
      throw unreadable(e);
    }
    return octets.toString(StandardCharsets.ISO_8859_1);
  }

  /** Asks for the headers of some messages alone. */
  boolean ask(ImapConnection connection, List<SourceMessage> some) {
    NavigableMap<Long, HeaderPrint> told =
        headers(connection, some.stream().map(SourceMessage::uid).toList());
    for (SourceMessage message : some) {
      asked.add(message.uid());
      HeaderPrint header = told.get(message.uid());
      if (header == null || header.header().equals(NO_HEADER)) {
        continue;
      }
      String given = message.fingerprint().whole();
      boolean honest = isHeaderOf(header, message);
      if (!honest && !header.isNamed() && !isNameless(message)) {
        // The server ends the header earlier than we do, as at a line that is no field.
        continue;
      }
      // A message that quotes such words is none; a text that stands for one has them in its
      // subject.
      if (given != null && (!honest || (isOdd(message) && hasWords(subject(text(message)))))) {
        found.put(message.uid(), given);
      } else if (honest) {
        messages.add(message.uid());
        if (given != null) {
          honestTexts.add(given);
        }
      }
      if (isNameless(message)) {
        sizes.namelessIs(honest);
      }
    }
    return true;
  }

  private boolean isOdd(SourceMessage message) {
    Fit announced = fit.apply(message);
    return message.content().size() <= LONGEST && (announced == Fit.SHORT || announced == Fit.LONG);
  }

  private static boolean isHeaderOf(HeaderPrint told, SourceMessage message) {
    try {
      HeaderPrint came = Digests.header(message.content());
      return told.header().equals(came.header())
          || (told.hasMessageId() == came.hasMessageId() && told.longName() == came.longName());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Which of some messages have no header, asked for alone. */
  static Set<Long> withoutHeader(ImapConnection connection, Collection<Long> uids) {
    Set<Long> without = new HashSet<>();
    headers(connection, uids)
        .forEach(
            (uid, header) -> {
              if (header.header().equals(NO_HEADER)) {
                without.add(uid);
              }
            });
    return without;
  }

  /** None where the server refuses to give them. */
  private static NavigableMap<Long, HeaderPrint> headers(
      ImapConnection connection, Collection<Long> uids) {
    try {
      return Digests.headers(connection, uids);
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandRefused refused
          && !Diagnosis.isThrottling(refused.refusal())) {
        return new TreeMap<>();
      }
      throw e;
    }
  }

  private static String noHeader() {
    try (FingerprintStream nothing = new FingerprintStream(InputStream.nullInputStream())) {
      return nothing.ofHeader().header();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UncheckedIOException unreadable(IOException cause) {
    return new UncheckedIOException("a message cannot be read from the spool folder", cause);
  }

  private static List<String> read() {
    try (InputStream in = StandIns.class.getResourceAsStream("stand-ins.txt")) {
      if (in == null) {
        throw new IllegalStateException("stand-ins.txt is missing from the program");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
