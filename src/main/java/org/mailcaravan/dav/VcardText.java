package org.mailcaravan.dav;

import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import ezvcard.io.ParseWarning;
import ezvcard.io.text.VCardReader;
import ezvcard.property.StructuredName;
import ezvcard.property.Uid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of one card, vCard 2.1, 3.0 or 4.0, and writes it as 3.0 (RFC 2426), which every
 * CardDAV server must accept (RFC 6352, section 5.1). Properties of other versions and private ones
 * are kept; the UID, and N and FN, which 3.0 requires, are put in when missing.
 */
final class VcardText {
  // Written anew by each export, so it must not change a derived UID.
  private static final Set<String> CHANGING = Set.of("REV");
  // Warnings of ez-vcard after which a line is missing from the card; others only say that a value
  // was kept as it stood.
  private static final int SKIPPED_PROPERTY = 22;
  private static final int MALFORMED_LINE = 27;

  private VcardText() {}

  /**
   * @param digest the same for cards that say the same
   */
  record Card(String uid, String digest, String text) {}

  /**
   * @param card null when nothing could be used
   * @param losses causes by line of the card, counted from 1
   */
  record Parsed(@Nullable Card card, SortedMap<Integer, String> losses) {}

  static Parsed parse(byte[] octets) {
    SortedMap<Integer, String> losses = new TreeMap<>();
    String text = decode(octets);
    VCard card;
    try (VCardReader reader = new VCardReader(text)) {
      reader.setDefaultQuotedPrintableCharset(StandardCharsets.UTF_8);
      card = reader.readNext();
      for (ParseWarning warning : reader.getWarnings()) {
        if (isLoss(warning)) {
          losses.put(
              Objects.requireNonNullElse(warning.getLineNumber(), 1),
              "this line is no property of a vCard; the card was imported without it");
        }
      }
    } catch (IOException | RuntimeException e) {
      // Reads from memory; what the library stumbles over is the card's fault.
      return nothing("the card cannot be understood");
    }
    if (card == null || card.getProperties().isEmpty()) {
      return nothing("the card is empty");
    }
    String digest = digest(text);
    try {
      return new Parsed(complete(card, digest), losses);
    } catch (RuntimeException e) {
      return nothing("the card holds values that cannot be written as vCard 3.0");
    }
  }

  private static Parsed nothing(String cause) {
    return new Parsed(null, new TreeMap<>(Map.of(1, cause)));
  }

  private static boolean isLoss(ParseWarning warning) {
    Integer code = warning.getCode();
    return code != null && (code == SKIPPED_PROPERTY || code == MALFORMED_LINE);
  }

  private static Card complete(VCard card, String digest) {
    Uid uid = card.getUid();
    String id = uid == null || uid.getValue() == null ? "" : uid.getValue().strip();
    if (id.isEmpty()) {
      id = "mailcaravan-" + digest;
      card.setUid(new Uid(id));
    }
    if (card.getFormattedName() == null || isBlank(card.getFormattedName().getValue())) {
      card.setFormattedName(displayName(card));
    }
    if (card.getStructuredName() == null) {
      card.setStructuredName(new StructuredName());
    }
    String text =
        Ezvcard.write(card).version(VCardVersion.V3_0).versionStrict(false).prodId(false).go();
    return new Card(id, digest, text);
  }

  /** What stands for a missing FN: what a person would call the contact. */
  private static String displayName(VCard card) {
    StructuredName name = card.getStructuredName();
    Stream<@Nullable String> parts =
        name == null
            ? Stream.empty()
            : Stream.of(
                    name.getPrefixes().stream(),
                    Stream.of(name.getGiven()),
                    name.getAdditionalNames().stream(),
                    Stream.of(name.getFamily()),
                    name.getSuffixes().stream())
                .flatMap(part -> part);
    String full = parts.filter(part -> !isBlank(part)).collect(Collectors.joining(" "));
    return Stream.<Optional<String>>of(
            Optional.of(full),
            first(card.getOrganization() == null ? null : card.getOrganization().getValues()),
            first(card.getNickname() == null ? null : card.getNickname().getValues()),
            card.getEmails().stream()
                .map(email -> email.getValue())
                .filter(Objects::nonNull)
                .findFirst(),
            card.getTelephoneNumbers().stream()
                .map(phone -> phone.getText())
                .filter(Objects::nonNull)
                .findFirst())
        .flatMap(Optional::stream)
        .filter(candidate -> !isBlank(candidate))
        .findFirst()
        .orElse("?");
  }

  private static Optional<String> first(@Nullable List<String> values) {
    return values == null ? Optional.empty() : values.stream().filter(Objects::nonNull).findFirst();
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  private static String digest(String text) {
    Digest digest = new Digest();
    text.lines()
        .filter(line -> !line.isBlank())
        .filter(line -> !CHANGING.contains(line.split("[:;]", 2)[0]))
        .forEach(digest::add);
    return digest.hex();
  }

  /** A fold may stand within a character, so what is no UTF-8 as it stands may be it unfolded. */
  private static String decode(byte[] octets) {
    return ExportText.utf8(octets)
        .or(() -> ExportText.utf8(unfold(octets)))
        .orElseGet(() -> ExportText.decode(octets));
  }

  private static byte[] unfold(byte[] octets) {
    ByteArrayOutputStream unfolded = new ByteArrayOutputStream(octets.length);
    for (int i = 0; i < octets.length; i++) {
      boolean fold =
          octets[i] == '\r'
              && i + 2 < octets.length
              && octets[i + 1] == '\n'
              && (octets[i + 2] == ' ' || octets[i + 2] == '\t');
      if (fold) {
        i += 2;
      } else {
        unfolded.write(octets[i]);
      }
    }
    return unfolded.toByteArray();
  }
}
