package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Problem;

/** Files of 50 MB are read by a Java that has less memory than that. */
class LargeExportTest {
  private static final int SIZE = 50_000_000;
  private static final int GARBAGE_SIZE = 20_000_000;

  private final Path folder;

  LargeExportTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Counts what each of the files holds that are named after the kind. */
  public static final class Count implements ExportReader.Visitor {
    private int resources;
    private int problems;
    private int repeated;
    private int notes;

    @Override
    public void resource(Resource resource) {
      resources++;
    }

    @Override
    public void broken(Problem problem) {
      problems++;
    }

    @Override
    public void repeated(String place) {
      repeated++;
    }

    @Override
    public void note(String note) {
      notes++;
    }

    public static void main(String[] arguments) throws IOException {
      for (int i = 1; i < arguments.length; i++) {
        Count count = new Count();
        Path file = Path.of(arguments[i]);
        try (ExportReader reader =
            ExportReader.open(Groupware.valueOf(arguments[0]), List.of(file))) {
          reader.read(file, count);
        }
        System.out.println(count);
      }
    }

    @Override
    public String toString() {
      return "%d resources, %d problems, %d repeated, %d notes"
          .formatted(resources, problems, repeated, notes);
    }
  }

  private String countIn(int heapMebi, Groupware kind, Path... files)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebi + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Count.class.getName(),
                kind.name()));
    for (Path file : files) {
      command.add(file.toString());
    }
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor()).as(() -> text(out)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return text(out).strip();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Repeats a piece, numbered, up to the size of a large file; tells how often. */
  private static int large(Path file, int size, String before, String piece, String after)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      out.write(before.getBytes(StandardCharsets.UTF_8));
      int number = 0;
      for (long written = 0; written < size; number++) {
        byte[] octets =
            piece.replace("#", Integer.toString(number)).getBytes(StandardCharsets.UTF_8);
        out.write(octets);
        written += octets.length;
      }
      out.write(after.getBytes(StandardCharsets.UTF_8));
      return number;
    }
  }

  private static final String EVENT =
      """
      BEGIN:VEVENT\r
      UID:event-#@example.org\r
      DTSTAMP:20240101T000000Z\r
      DTSTART;TZID=Europe/Berlin:20240101T100000\r
      DTEND;TZID=Europe/Berlin:20240101T110000\r
      SUMMARY:Ein Termin mit Umlauten: äöü #\r
      LOCATION:Köln\r
      DESCRIPTION:Eine Beschreibung\\, die etwas länger ist und deshalb umgebrochen wir\r
       d\\, wie es auch die Programme tun\\, die so etwas schreiben. %s\r
      X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r
      BEGIN:VALARM\r
      TRIGGER:-PT15M\r
      ACTION:DISPLAY\r
      DESCRIPTION:Reminder\r
      END:VALARM\r
      END:VEVENT\r
      """
          .formatted("x".repeat(200));
  private static final String CARD =
      """
      BEGIN:VCARD
      VERSION:%s
      UID:card-#
      N:Müller;Nummer #;;;
      FN:Nummer # Müller
      EMAIL;TYPE=INTERNET:nummer-#@example.org
      TEL;TYPE=CELL:+49 170 #
      NOTE:%s
      END:VCARD
      """;

  @Test
  void aLargeCalendarIsReadWithLittleMemory() throws IOException, InterruptedException {
    Path file = folder.resolve("a.ics");
    int events =
        large(
            file,
            SIZE,
            """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:x
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            END:VTIMEZONE
            """,
            EVENT,
            "END:VCALENDAR\n");

    assertThat(countIn(48, Groupware.CALENDARS, file))
        .isEqualTo("%d resources, 0 problems, 0 repeated, 0 notes".formatted(events));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.1", "3.0"})
  void aLargeAddressBookIsReadWithLittleMemory(String version)
      throws IOException, InterruptedException {
    Path file = folder.resolve("a.vcf");
    int cards = large(file, SIZE, "", CARD.formatted(version, "y".repeat(400)), "");

    assertThat(countIn(48, Groupware.CONTACTS, file))
        .isEqualTo("%d resources, 0 problems, 0 repeated, 0 notes".formatted(cards));
  }

  @Test
  void aLargeArchiveOfUtf16IsReadWithLittleMemory() throws IOException, InterruptedException {
    Path file = folder.resolve("a.zip");
    int cards = 0;
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("cards.vcf"));
      zip.write("\uFEFF".getBytes(StandardCharsets.UTF_16LE));
      for (; cards < SIZE / 1500; cards++) {
        zip.write(
            CARD.formatted("3.0", "y".repeat(600))
                .replace("#", "" + cards)
                .getBytes(StandardCharsets.UTF_16LE));
      }
      zip.closeEntry();
    }

    assertThat(countIn(48, Groupware.CONTACTS, file))
        .isEqualTo("%d resources, 0 problems, 0 repeated, 0 notes".formatted(cards));
  }

  @ParameterizedTest
  @EnumSource(Groupware.class)
  void noFileTakesMoreMemoryThanItsBound(Groupware kind) throws IOException, InterruptedException {
    List<Path> files = new ArrayList<>();
    for (String piece :
        List.of(
            "x",
            "\r",
            "\n",
            "BEGIN:VCARD\n",
            "BEGIN:VEVENT\n",
            "BEGIN:VCALENDAR\nX-WR-CALNAME:#\n",
            "END:VEVENT\n",
            "BEGIN:X#\n",
            "X-HEADER:#\n",
            " #",
            "DTSTART;TZID=#:20240101T000000\n",
            "MEMBER:#\nNOTE;ENCODING=QUOTED-PRINTABLE:=\n")) {
      Path garbage = folder.resolve("garbage" + files.size());
      large(
          garbage,
          GARBAGE_SIZE,
          "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VCARD\n",
          piece.repeat(20),
          """


          END:VEVENT
          END:VCALENDAR
          BEGIN:VCARD
          VERSION:3.0
          UID:good
          FN:A
          END:VCARD
          BEGIN:VCALENDAR
          BEGIN:VEVENT
          UID:good
          END:VEVENT
          END:VCALENDAR
          """);
      files.add(garbage);
    }

    assertThat(countIn(128, kind, files.toArray(Path[]::new)).lines())
        .hasSize(files.size())
        .allMatch(line -> line.matches("[12] resources, .*"));
  }

  @Test
  void theLargestResourceIsReadInABoundedMemory() throws IOException, InterruptedException {
    String photo = ("A".repeat(75) + "\n ").repeat(ExportReader.LARGEST_RESOURCE / 77 - 100);
    Path card =
        Files.writeString(
            folder.resolve("a.vcf"),
            "BEGIN:VCARD\nVERSION:3.0\nFN:A\nPHOTO;ENCODING=b:" + photo + "\nEND:VCARD\n");
    Path event =
        Files.writeString(
            folder.resolve("a.ics"),
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nATTACH;ENCODING=BASE64:"
                + photo
                + "\nEND:VEVENT\nEND:VCALENDAR\n");

    assertThat(countIn(160, Groupware.CONTACTS, card)).startsWith("1 resources, 0 problems");
    assertThat(countIn(160, Groupware.CALENDARS, event)).startsWith("1 resources, 0 problems");
  }
}
