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
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;
import org.mailcaravan.server.Lengthy;

/**
 * Exports are read by a Java whose memory would not hold them. With {@code
 * -Dmailcaravan.export-mb=50} they have 50 MB, and the memory that goes with it.
 */
@Lengthy
class LargeExportTest {
  private static final int MEGABYTES = Integer.getInteger("mailcaravan.export-mb", 14);

  /** Less than a file; a Java that reads cards takes some 9 MiB by itself. */
  private static final int HEAP_MEBI = MEGABYTES * 95 / 100;

  /** For what is no export, 19 MiB for 3 MB, and up to 128 MiB for 20 MB. */
  private static final int GARBAGE_MEGABYTES = Math.min(MEGABYTES / 4, 20);

  private static final int GARBAGE_HEAP_MEBI = GARBAGE_MEGABYTES * 32 / 5;

  /** One that is not read to its end takes more memory than a resource may have. */
  private static final int LINE_MEGABYTES = 20;

  private static final int LINE_HEAP_MEBI = 128;
  private static final int MEGABYTE = 1_000_000;
  private static final int BUNDLE = 20;

  private final Path folder;

  LargeExportTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A file, and what it is read as. */
  private record Export(Groupware kind, Path file) {
    static Export contacts(Path file) {
      return new Export(Groupware.CONTACTS, file);
    }

    static Export calendars(Path file) {
      return new Export(Groupware.CALENDARS, file);
    }
  }

  /** Counts what each of the files holds; before each stands its kind. */
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
    public void repeated(Where place) {
      repeated++;
    }

    @Override
    public void note(String note) {
      notes++;
    }

    public static void main(String[] arguments) throws IOException {
      for (int i = 0; i < arguments.length; i += 2) {
        Count count = new Count();
        Path file = Path.of(arguments[i + 1]);
        try (ExportReader reader =
            Exports.open(
                Groupware.valueOf(arguments[i]),
                List.of(file),
                Path.of(System.getProperty("java.io.tmpdir")))) {
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

  private List<String> countIn(int heapMebi, List<Export> exports)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebi + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Count.class.getName()));
    for (Export export : exports) {
      command.add(export.kind().name());
      command.add(export.file().toString());
    }
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor()).as(() -> text(out)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return text(out).lines().toList();
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

  private static String resources(int number) {
    return "%d resources, 0 problems, 0 repeated, 0 notes".formatted(number);
  }

  @Test
  void largeExportsAreReadWithLittleMemory() throws IOException, InterruptedException {
    Path calendar = folder.resolve("a.ics");
    int events =
        large(
            calendar,
            MEGABYTES * MEGABYTE,
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
    Path book = folder.resolve("a.vcf");
    int bundles = large(book, MEGABYTES * MEGABYTE, "", bundle(), "");
    Path archive = folder.resolve("a.zip");
    int packed = archiveOfUtf16(archive);

    assertThat(
            countIn(
                HEAP_MEBI,
                List.of(
                    Export.calendars(calendar), Export.contacts(book), Export.contacts(archive))))
        .containsExactly(resources(events), resources(bundles * BUNDLE), resources(packed));
  }

  /** Some cards, the last of which has to be converted, which takes its time. */
  private static String bundle() {
    StringBuilder cards = new StringBuilder();
    for (int i = 1; i <= BUNDLE; i++) {
      cards.append(
          CARD.formatted(i < BUNDLE ? "3.0" : "2.1", "y".repeat(1200)).replace("#", "#-" + i));
    }
    return cards.toString();
  }

  private static int archiveOfUtf16(Path file) throws IOException {
    int cards = 0;
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("cards.vcf"));
      zip.write("\uFEFF".getBytes(StandardCharsets.UTF_16LE));
      for (; cards < MEGABYTES * MEGABYTE / 3000; cards++) {
        zip.write(
            CARD.formatted("3.0", "y".repeat(1350))
                .replace("#", "" + cards)
                .getBytes(StandardCharsets.UTF_16LE));
      }
      zip.closeEntry();
    }
    return cards;
  }

  @Test
  void noLinesTakeMoreMemoryThanTheirBound() throws IOException, InterruptedException {
    assertBounded(
        GARBAGE_MEGABYTES,
        GARBAGE_HEAP_MEBI,
        List.of(
            "\r",
            "\n",
            "BEGIN:VCARD\n",
            "BEGIN:VEVENT\n",
            "BEGIN:VCALENDAR\nX-WR-CALNAME:#\n",
            "END:VEVENT\n",
            "BEGIN:X#\n",
            "X-HEADER:#\n",
            "DTSTART;TZID=#:20240101T000000\n"));
  }

  @Test
  void noLineTakesMoreMemoryThanItsBound() throws IOException, InterruptedException {
    assertBounded(
        LINE_MEGABYTES,
        LINE_HEAP_MEBI,
        List.of("x", " #", "MEMBER:#\nNOTE;ENCODING=QUOTED-PRINTABLE:=\n"));
  }

  /** What stands behind the pieces is found, as a card and as an event. */
  private void assertBounded(int megabytes, int heapMebi, List<String> pieces)
      throws IOException, InterruptedException {
    List<Export> exports = new ArrayList<>();
    for (String piece : pieces) {
      Path garbage = folder.resolve("garbage" + exports.size());
      large(
          garbage,
          megabytes * MEGABYTE,
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
      exports.add(Export.contacts(garbage));
      exports.add(Export.calendars(garbage));
    }

    assertThat(countIn(heapMebi, exports))
        .hasSize(exports.size())
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

    assertThat(countIn(160, List.of(Export.contacts(card), Export.calendars(event))))
        .hasSize(2)
        .allMatch(line -> line.startsWith("1 resources, 0 problems"));
  }
}
