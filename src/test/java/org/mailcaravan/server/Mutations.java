package org.mailcaravan.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spoils some of the answers of a server, in ways that follow from a seed and from the order in
 * which commands come. What it spoils it also lists, for whoever looks into a failure.
 */
public final class Mutations implements Behaviour {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)\\}\r\n");
  private static final String[] GIANTS = {
    "0",
    "-1",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999"
  };
  private static final String[] NEWS = {
    "* OK Still here",
    "* 7 EXISTS",
    "* 4294967295 EXISTS",
    "* 3 EXPUNGE",
    "* 1 FETCH (FLAGS (\\Seen))",
    "* 1 FETCH (UID 4294967295 FLAGS (\\Seen \\Deleted))",
    "* 1 FETCH (UID 3 BODY[] {5}\r\nhello)",
    "* VANISHED 1:4294967295",
    "* VANISHED (EARLIER) 4294967295:1,5:3",
    "* FLAGS (" + "x".repeat(300) + " \\Seen)",
    "* SEARCH 1 2 4294967295",
    "* ESEARCH (TAG \"A1\") UID ALL 1:4294967295",
    "* LIST (\\Noselect) \"/\" nobody",
    "* LIST () NIL \"\"",
    "* STATUS INBOX (MESSAGES 4294967295)",
    "* CAPABILITY IMAP4rev1",
    "* NO [ALERT] we are watching you",
    "* QUOTA \"\" (STORAGE 99999999999999999999 1)",
    "* BYE ((((((",
    "* FETCH",
    "* 1 FETCH ((((((((((((((((",
    "* 1 FETCH (X {99999999}",
    "+ go on",
    "A1 OK again",
    "",
    "*",
    "\u0000\u00ff",
    "* " + "(".repeat(5000)
  };

  /** How many of the kinds are answers to commands that are not carried out. */
  private static final int INSTEAD = 5;

  private final Random random;
  private final boolean lies;
  private final int oneOf;
  private final ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();

  /**
   * @param lies whether octets and numbers may be changed as well, so that what a message says or
   *     is called may be wrong without anybody being able to tell
   * @param oneOf one of how many answers is spoilt
   */
  public Mutations(long seed, boolean lies, int oneOf) {
    this.random = new Random(seed);
    this.lies = lies;
    this.oneOf = oneOf;
  }

  /** What was spoilt, in this order. */
  public List<String> done() {
    return List.copyOf(done);
  }

  private synchronized int below(int bound) {
    return random.nextInt(bound);
  }

  @Override
  public Answer answer(ImapCommand command, Supplier<Answer> usual) {
    if (below(oneOf) > 0) {
      return usual.get();
    }
    int kind = below(lies ? 15 : 11);
    done.add(kind + " at " + command);
    if (kind < INSTEAD) {
      return instead(kind);
    }
    Answer answer = usual.get();
    if (kind == 7) {
      return answer.withUntagged(responses(answer.untagged()));
    }
    StringBuilder octets = new StringBuilder(answer.octets(command.tag()));
    if (octets.length() > 0) {
      spoil(kind, octets, command.tag());
    }
    command.session().send(octets.toString());
    return answer.hangsUp() || kind == 5 ? Answer.hangUp() : Answer.silence();
  }

  /** An answer to a command that is not carried out. */
  private Answer instead(int kind) {
    return switch (kind) {
      case 0 -> Answer.no(below(2) == 0 ? "no" : "[UNAVAILABLE] try later");
      case 1 -> Answer.bad("what?");
      case 2 -> Answer.bye("[SERVERBUG] so long");
      case 3 -> Answer.hangUp();
      default -> Answer.silence();
    };
  }

  private void spoil(int kind, StringBuilder octets, String tag) {
    int at = below(octets.length());
    switch (kind) {
      case 5, 6 -> octets.setLength(at);
      case 8 -> {
        int end = octets.lastIndexOf(tag + " ");
        if (end >= 0) {
          octets.replace(end, end + tag.length(), below(2) == 0 ? "A9999" : "x" + tag);
        }
      }
      case 9, 10 -> octets.insert(lineStart(octets, at), NEWS[below(NEWS.length)] + "\r\n");
      case 11, 12 -> octets.setCharAt(at, (char) below(256));
      case 13 -> number(LITERAL.matcher(octets), octets, 1);
      default -> number(NUMBER.matcher(octets), octets, 0);
    }
  }

  /** Drops, repeats or moves a whole response; a part of one would be a lie. */
  private List<String> responses(List<String> untagged) {
    List<String> responses = new ArrayList<>(untagged);
    if (!responses.isEmpty()) {
      int how = below(3);
      int at = below(responses.size());
      String response = responses.remove(at);
      if (how == 1) {
        responses.addAll(at, List.of(response, response));
      } else if (how == 2) {
        responses.add(below(responses.size() + 1), response);
      }
    }
    return responses;
  }

  private static int lineStart(StringBuilder octets, int at) {
    int end = octets.lastIndexOf("\r\n", at);
    return end < 0 ? 0 : end + 2;
  }

  private void number(Matcher matcher, StringBuilder octets, int group) {
    List<int[]> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(new int[] {matcher.start(group), matcher.end(group)});
    }
    if (!found.isEmpty()) {
      int[] place = found.get(below(found.size()));
      octets.replace(place[0], place[1], GIANTS[below(GIANTS.length)]);
    }
  }
}
