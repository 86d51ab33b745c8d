package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A command that has come, as a {@link Behaviour} sees it. */
public final class ImapCommand {
  /** The name under which the greeting is asked for, before any command. */
  public static final String GREETING = "GREETING";

  private static final Pattern DATE = Pattern.compile("[ \\d]\\d-\\w{3}-\\d{4} .{14}");

  /**
   * A message as APPEND gives it.
   *
   * @param octets one char per octet
   * @param date null where none was given
   */
  public record Given(String octets, Set<String> flags, @Nullable OffsetDateTime date) {
    public Given {
      flags = Set.copyOf(flags);
    }
  }

  private final HostSession session;
  private final int number;
  private final String tag;
  private final String text;
  private final boolean pipelined;
  private final String name;
  private final List<Object> arguments;
  private final List<Given> given;
  private final List<Long> uids;

  /**
   * @param text all after the tag, literals included
   * @param pipelined whether it came before the answer to the one before was sent
   */
  ImapCommand(HostSession session, int number, String tag, String text, boolean pipelined) {
    this.session = session;
    this.number = number;
    this.tag = tag;
    this.text = text;
    this.pipelined = pipelined;
    List<Object> items = ImapParser.parse(text);
    String first = items.isEmpty() ? "" : word(items.get(0));
    boolean byUid = first.equals("UID") && items.size() > 1;
    this.name = byUid ? "UID " + word(items.get(1)) : first;
    this.arguments = items.subList(Math.min(items.size(), byUid ? 2 : 1), items.size());
    this.given = name.equals("APPEND") ? given(arguments) : List.of();
    HostFolder folder = session.selected();
    this.uids =
        folder == null || !byUid || arguments.isEmpty() || name.equals("UID SEARCH")
            ? List.of()
            : SequenceSet.of(arguments.get(0).toString(), folder.messages());
  }

  static String word(Object item) {
    return item.toString().toUpperCase(Locale.ROOT);
  }

  /** The connection it came on. */
  public HostSession session() {
    return session;
  }

  /** 1 for the first command of its connection, 0 for the greeting. */
  public int number() {
    return number;
  }

  public String tag() {
    return tag;
  }

  /** In upper case, such as {@code UID FETCH}. */
  public String name() {
    return name;
  }

  public boolean is(String... names) {
    return List.of(names).contains(name);
  }

  /** All after the tag, with literals. */
  public String text() {
    return text;
  }

  /** What follows the name: strings, and lists of them. */
  public List<Object> arguments() {
    return arguments;
  }

  String argument(int index) {
    return index < arguments.size() ? arguments.get(index).toString() : "";
  }

  /** The folder that is named first, in plain text; empty when none is. */
  public String folder() {
    return arguments.isEmpty() ? "" : session.plain(argument(0));
  }

  /** The folder that is open, or null. */
  public @Nullable HostFolder selected() {
    return session.selected();
  }

  /** Which of the messages that are there a UID command asks for. */
  public List<Long> uids() {
    return uids;
  }

  /** Who is to be logged in, by LOGIN or AUTHENTICATE PLAIN; else empty. */
  String loginName() {
    if (is("LOGIN")) {
      return argument(0);
    }
    if (!is("AUTHENTICATE") || argument(1).isEmpty()) {
      return "";
    }
    String plain = new String(Base64.getDecoder().decode(argument(1)), StandardCharsets.ISO_8859_1);
    List<String> parts = List.of(plain.split("\0", -1));
    return parts.size() < 2 ? "" : parts.get(1);
  }

  /** Whether a FETCH asks for whole messages. */
  public boolean fetchesContent() {
    return name.equals("UID FETCH") && text.contains("BODY.PEEK[]");
  }

  /** What an APPEND gives; to be changed before it is carried out. */
  public List<Given> given() {
    return given;
  }

  /** Whether it came before the answer to the one before was sent. */
  public boolean pipelined() {
    return pipelined;
  }

  private static List<Given> given(List<Object> arguments) {
    List<Given> given = new ArrayList<>();
    Set<String> flags = Set.of();
    OffsetDateTime date = null;
    for (Object item : arguments.subList(Math.min(1, arguments.size()), arguments.size())) {
      if (item instanceof List<?> list) {
        if (list.size() == 1 && list.get(0).toString().contains("\r\n")) {
          given.add(new Given(list.get(0).toString(), flags, date));
          flags = Set.of();
          date = null;
        } else {
          flags = new TreeSet<>(ImapParser.strings(list));
        }
      } else if (DATE.matcher(item.toString()).matches()) {
        date = HostDates.read(item.toString());
      } else if (!item.equals("UTF8")) {
        given.add(new Given(item.toString(), flags, date));
        flags = Set.of();
        date = null;
      }
    }
    return given;
  }

  @Override
  public String toString() {
    String line = text.lines().findFirst().orElse("");
    return session.number() + "." + number + " " + line;
  }
}
