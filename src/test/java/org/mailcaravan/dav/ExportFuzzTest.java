package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever stands in a file: no reader throws, and good neighbours of garbage are found. {@code
 * -Dmailcaravan.fuzz-rounds=20000} tries more of it.
 */
class ExportFuzzTest {
  private static final int ROUNDS = Integer.getInteger("mailcaravan.fuzz-rounds", 1000);
  private static final int ARCHIVE_ROUNDS = ROUNDS / 3;
  private static final String[] PIECES = {
    "BEGIN:VCARD",
    "END:VCARD",
    "BEGIN:VCALENDAR",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "BEGIN:VTIMEZONE",
    "END:VTIMEZONE",
    "BEGIN:VALARM",
    "END:VALARM",
    "VERSION:2.1",
    "VERSION:3.0",
    "VERSION:4.0",
    "VERSION:1.0",
    "VERSION:",
    "UID:a",
    "UID:",
    "UID;X=\":b",
    "TZID:Z",
    "TZID",
    "DTSTART;TZID=Z:20240101",
    "N:a;b;c,d\\,e",
    "N",
    "FN:\\",
    "AGENT:",
    "AGENT;X=Y",
    "BDAY:nonsense",
    "PHOTO;ENCODING=b:!!!",
    "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4A==",
    "GEO:1;x",
    "KEY;VALUE=uri:",
    "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=B",
    "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=bogus:=C3=\r\n=A4",
    "TEL;VALUE=uri:tel",
    "ORG:",
    "ADR:;;;",
    "LABEL:x",
    "item1.",
    ".X:y",
    ";;;:::",
    "\"",
    "^n^'",
    " folded",
    "\t",
    "\u0000",
    "\uD83D\uDE00",
    "METHOD:PUBLISH",
    "CLIENTPIDMAP:x",
    "REV:x",
    "IMPP:::",
    "TZ:+99",
    "XML:<a",
    "RELATED;VALUE=x:",
    "BEGIN:",
    "END:",
    "BEGIN",
    "BEGIN:\"",
    "KIND:group",
    "MEMBER:urn:uuid:neighbour",
    "RECURRENCE-ID;TZID=Z:20240101",
    "SEQUENCE:99999999999",
    "LAST-MODIFIED:20240101T000000Z",
    "REV:20240101T000000Z",
    "BDAY:--0203",
    "X-WR-CALNAME;\":x",
    "NOTE;QUOTED-PRINTABLE:a=",
    "N;CHARSET=UTF-7;QUOTED-PRINTABLE:+=3D",
    "PHOTO;BASE64:",
    "/9j/",
    "\uFEFF",
    "BEGIN:VTODO",
    "END:VTODO",
  };
  private static final String[] ENDINGS = {"\r\n", "\n", "\r\r\n", "\r", ""};

  private final Path folder;

  ExportFuzzTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @EnumSource(Groupware.class)
  void noFileMakesAReaderThrowOrLoseTheNeighbours(Groupware kind) {
    Random random = new Random(20261122);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] garbage = garbage(random);
      String good = good(kind);
      byte[] octets = new byte[garbage.length + good.length()];
      System.arraycopy(garbage, 0, octets, 0, garbage.length);
      System.arraycopy(
          good.getBytes(StandardCharsets.US_ASCII), 0, octets, garbage.length, good.length());

      Collected found = read(kind, octets);

      assertThat(found.uids()).as("round %d", round).contains("neighbour");
      assertThat(found.problems)
          .allSatisfy(problem -> assertThat(problem.place().toString()).contains(" line "));
    }
  }

  @ParameterizedTest
  @EnumSource(Groupware.class)
  void noArchiveMakesAReaderThrowOrHarmsAnotherFile(Groupware kind) throws IOException {
    Random random = new Random(20261123);
    Path good = Files.writeString(folder.resolve("good"), good(kind));
    Path archive = folder.resolve("fuzz.zip");
    for (int round = 0; round < ARCHIVE_ROUNDS; round++) {
      byte[] octets = archive(random, kind.extension());
      for (int i = random.nextInt(12); i > 0; i--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(4) > 0 ? octets.length : random.nextInt(octets.length);
      Files.write(archive, Arrays.copyOf(octets, length));

      Collected found = Collected.read(kind, List.of(archive, good));

      assertThat(found.uids()).as("round %d", round).contains("neighbour");
    }
  }

  private static byte[] archive(Random random, String extension) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (int i = 0; i <= random.nextInt(4); i++) {
        zip.putNextEntry(new ZipEntry("folder/" + i + (random.nextInt(4) > 0 ? extension : ".x")));
        zip.write(garbage(random));
        zip.closeEntry();
      }
    }
    return octets.toByteArray();
  }

  private Collected read(Groupware kind, byte[] octets) {
    return Collected.read(kind, folder.resolve("fuzz"), octets);
  }

  private static String good(Groupware kind) {
    return switch (kind) {
      case CONTACTS -> lines("BEGIN:VCARD", "VERSION:3.0", "UID:neighbour", "FN:N", "END:VCARD");
      case CALENDARS ->
          lines(
              "BEGIN:VCALENDAR",
              "VERSION:2.0",
              "BEGIN:VEVENT",
              "UID:neighbour",
              "END:VEVENT",
              "END:VCALENDAR");
    };
  }

  private static String lines(String... lines) {
    return "\r\n" + String.join("\r\n", lines) + "\r\n";
  }

  private static byte[] garbage(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
      text.append(ENDINGS[random.nextInt(10) < 7 ? 0 : random.nextInt(ENDINGS.length)]);
    }
    byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0 && octets.length > 0; i--) {
      octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
    }
    return octets;
  }
}
