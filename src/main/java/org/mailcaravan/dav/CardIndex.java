package org.mailcaravan.dav;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must be known about all cards before the first one is imported: their revisions, and which
 * cards are members of a distribution list. It keeps a few dozen octets for each card.
 */
final class CardIndex {
  private static final Set<String> MEMBERS = Set.of("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER");
  private static final Pattern TIME = Pattern.compile("\\d{8}(T\\d{6}Z?)?");
  private static final Set<String> PERSONAL = Set.of("FN", "N", "EMAIL", "TEL");
  private static final int MOST_PERSONAL = 10;
  private static final String URN = "urn:uuid:";

  private final Map<Digest.Value, Revision> revisions = new HashMap<>();
  private int known;
  private final Set<Digest.Value> members = new HashSet<>();

  /**
   * A revision of a card.
   *
   * @param time REV as a number, yyyyMMddHHmmss
   * @param marks digests of its names, addresses and phone numbers
   * @param next another revision with the same UID, or null
   */
  private record Revision(long time, Set<Long> marks, @Nullable Revision next) {}

  /** Indexes the cards of a text. */
  void add(PhysicalLines lines) throws IOException {
    CardSplitter.read(
        lines,
        new CardSplitter.Visitor() {
          @Override
          public void card(int line, byte[] octets) {
            add(octets);
          }

          @Override
          public void broken(int line, String cause) {}

          @Override
          public void stray(int first, int last, boolean lost) {}
        });
  }

  private void add(byte[] octets) {
    String uid = "";
    long revision = 0;
    Set<Long> marks = new HashSet<>();
    for (CardLine line : CardLines.of(octets)) {
      String name = line.name();
      if (name.equals("UID") && uid.isEmpty()) {
        uid = line.value().strip();
      } else if (name.equals("REV")) {
        revision = revision(line);
      } else if (MEMBERS.contains(name) && members.size() < ExportReader.MOST_COMPONENTS) {
        members.add(member(line.value()));
      } else if (PERSONAL.contains(name) && marks.size() < MOST_PERSONAL) {
        marks.add(digest(line));
      }
    }
    if (!uid.isEmpty() && revision > 0 && known < ExportReader.MOST_COMPONENTS) {
      known++;
      Digest.Value key = Digest.valueOf(uid);
      revisions.put(key, new Revision(revision, Set.copyOf(marks), revisions.get(key)));
    }
  }

  /**
   * Whether another card with the same UID has a newer REV. A short UID may not be unique; then a
   * name, address or phone number must be the same too.
   */
  boolean isSuperseded(CardText card) {
    long own =
        card.properties().stream()
            .filter(line -> line.name().equals("REV"))
            .mapToLong(CardIndex::revision)
            .findFirst()
            .orElse(0);
    Revision other = own == 0 ? null : revisions.get(Digest.valueOf(card.uid()));
    while (other != null && !(own < other.time() && isLike(card, other))) {
      other = other.next();
    }
    return other != null;
  }

  private static boolean isLike(CardText card, Revision other) {
    return card.uid().length() >= ExportReader.SHORTEST_UNIQUE_UID
        || card.properties().stream()
            .filter(line -> PERSONAL.contains(line.name()))
            .map(CardIndex::digest)
            .anyMatch(other.marks()::contains);
  }

  private static Long digest(CardLine line) {
    return Digest.valueOf(line.name() + ":" + line.value().strip().toLowerCase(Locale.ROOT)).low();
  }

  /** Whether a distribution list names the card with this UID. */
  boolean isMember(String uid) {
    return members.contains(member(uid));
  }

  /** Some lists write the UID as a URN, others do not. */
  private static Digest.Value member(String uid) {
    String plain = uid.strip().toLowerCase(Locale.ROOT);
    return Digest.valueOf(plain.startsWith(URN) ? plain.substring(URN.length()) : plain);
  }

  /** The time as a number, yyyyMMddHHmmss, or 0 when it is not valid. */
  private static long revision(CardLine line) {
    String time = line.value().replaceAll("[.,]\\d+", "").replaceAll("[-:\\s]", "");
    if (!TIME.matcher(time).matches()) {
      return 0;
    }
    String digits = time.replaceAll("[TZ]", "");
    return Long.parseLong(digits.length() == 8 ? digits + "000000" : digits);
  }
}
