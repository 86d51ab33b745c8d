package org.mailcaravan.dav;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What has to be known of all cards before the first is given: the newest revision of each, and
 * which ones are members of a distribution list. Of each it keeps a few dozen octets.
 */
final class CardIndex {
  private static final Set<String> MEMBERS = Set.of("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER");
  private static final Pattern TIME = Pattern.compile("\\d{8}(T\\d{6}Z?)?");
  private static final String URN = "urn:uuid:";

  private final Map<Digest.Value, Long> newest = new HashMap<>();
  private final Set<Digest.Value> members = new HashSet<>();

  /** Looks through a text. */
  void add(PhysicalLines lines) throws IOException {
    CardCut.read(
        lines,
        new CardCut.Visitor() {
          @Override
          public void card(int line, byte[] octets) {
            add(octets);
          }

          @Override
          public void broken(int line, String cause) {}
        });
  }

  private void add(byte[] octets) {
    String uid = "";
    long revision = 0;
    for (CardLine line : CardLines.of(octets)) {
      String name = line.name();
      if (name.equals("UID") && uid.isEmpty()) {
        uid = line.value().strip();
      } else if (name.equals("REV")) {
        revision = revision(line);
      } else if (MEMBERS.contains(name) && members.size() < ExportReader.MOST_COMPONENTS) {
        members.add(member(line.value()));
      }
    }
    if (!uid.isEmpty() && revision > 0 && newest.size() < ExportReader.MOST_COMPONENTS) {
      newest.merge(Digest.valueOf(uid), revision, Math::max);
    }
  }

  /** Whether another card of the same UID says that it is newer. */
  boolean isSuperseded(CardText card) {
    Long newer = newest.get(Digest.valueOf(card.uid()));
    long own =
        card.properties().stream()
            .filter(line -> line.name().equals("REV"))
            .mapToLong(CardIndex::revision)
            .findFirst()
            .orElse(0);
    return newer != null && own > 0 && own < newer;
  }

  /** Whether a distribution list names it. */
  boolean isMember(String uid) {
    return members.contains(member(uid));
  }

  /** Some lists write the UID as a URN and some do not. */
  private static Digest.Value member(String uid) {
    String plain = uid.strip().toLowerCase(Locale.ROOT);
    return Digest.valueOf(plain.startsWith(URN) ? plain.substring(URN.length()) : plain);
  }

  /** The time as a number that grows with it, or 0 when it is none. */
  private static long revision(CardLine line) {
    String time = line.value().replaceAll("[.,]\\d+", "").replaceAll("[-:\\s]", "");
    if (!TIME.matcher(time).matches()) {
      return 0;
    }
    String digits = time.replaceAll("[TZ]", "");
    return Long.parseLong(digits.length() == 8 ? digits + "000000" : digits);
  }
}
