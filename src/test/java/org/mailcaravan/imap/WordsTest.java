package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small languages inside IMAP: folder names, dates, sets of UIDs, response codes, flags. */
class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INBOX|INBOX",
        "Entw&APw-rfe|Entwürfe",
        "~peter/mail/&U,BTFw-/&ZeVnLIqe-|~peter/mail/台北/日本語",
        "A&-B|A&B",
        "&2D3cKw-|🐫",
        "&Jjo-!|☺!"
      })
  void codesFolderNames(String wire, String text) {
    assertThat(ModifiedUtf7.encode(text)).isEqualTo(wire);
    assertThat(ModifiedUtf7.decode(wire)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Tom & Jerry", "&Jjo", "&Jjo!-", "&J-", "&2D0-", "&JjoAbw=-", "&Jj/=-", "ü"})
  void keepsNamesRawThatDoNotDecode(String wire) {
    assertThat(ModifiedUtf7.decode(wire)).isEmpty();
    assertThat(FolderNames.read(wire, false)).isEqualTo(new FolderName(wire, wire));
  }

  @Test
  void decodesWhatItEncodes() {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        int kind = random.nextInt(4);
        text.appendCodePoint(
            kind == 0
                ? ' ' + random.nextInt(95)
                : kind == 1
                    ? '&'
                    : kind == 2 ? 0xa0 + random.nextInt(0xd000) : 0x10000 + random.nextInt(0xffff));
      }
      String wire = ModifiedUtf7.encode(text.toString());
      assertThat(wire).matches("[ -~]*");
      assertThat(ModifiedUtf7.decode(wire)).contains(text.toString());
    }
  }

  @Test
  void takesRawUtf8NamesAsWhatTheyAre() {
    FolderName utf8 = FolderNames.write("Entwürfe & 日本", true);
    assertThat(utf8.wire())
        .hasSize("Entwürfe & 日本".getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    assertThat(FolderNames.read(utf8.wire(), true)).isEqualTo(utf8);
    FolderName unasked = FolderNames.write("Entwürfe", true);
    assertThat(FolderNames.read(unasked.wire(), false)).isEqualTo(unasked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' 1-Feb-2020 03:04:05 +0545'|2020-02-01T03:04:05+05:45",
        "01-feb-2020 03:04:05 -1130|2020-02-01T03:04:05-11:30",
        "30-Dec-1899 00:00:00 +0000|1899-12-30T00:00:00Z",
        "31-Dec-2016 23:59:60 +0000|2016-12-31T23:59:59Z"
      })
  void readsInternalDatesWithTheirZone(String wire, String date) {
    assertThat(InternalDate.parse(wire)).isEqualTo(OffsetDateTime.parse(date));
    assertThat(Objects.requireNonNull(InternalDate.parse(wire)).getOffset())
        .isEqualTo(OffsetDateTime.parse(date).getOffset());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "31-Feb-2020 00:00:00 +0000",
        "01-Foo-2020 00:00:00 +0000",
        "01-Jan-2020 00:00:00",
        "01-Jan-2020 00:00:00 +9900"
      })
  void givesNoDateForWhatIsNone(String wire) {
    assertThat(InternalDate.parse(wire)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2020-02-01T03:04:05+05:45,01-Feb-2020 03:04:05 +0545",
    "1999-12-31T23:59:59-00:30,31-Dec-1999 23:59:59 -0030",
    "1900-01-01T00:00:00+00:19:32,31-Dec-1899 23:59:28 +0019"
  })
  void writesInternalDatesWithTheirZone(String date, String wire) {
    assertThat(InternalDate.format(OffsetDateTime.parse(date))).isEqualTo(wire);
  }

  @Test
  void writesDatesTheSameInEveryLocale() {
    java.util.Locale before = java.util.Locale.getDefault();
    try {
      java.util.Locale.setDefault(java.util.Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(InternalDate.format(OffsetDateTime.of(2020, 2, 1, 3, 4, 5, 0, ZoneOffset.UTC)))
          .isEqualTo("01-Feb-2020 03:04:05 +0000");
    } finally {
      java.util.Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain words|''|''|plain words",
        "[TRYCREATE] no such folder|TRYCREATE|''|no such folder",
        "[appenduid 1 5:9] done|APPENDUID|1 5:9|done",
        "[PERMANENTFLAGS (\\Seen [x] \\*)] ok|PERMANENTFLAGS|(\\Seen [x] \\*)|ok",
        "[BROKEN (x] y|BROKEN|(x|y",
        "[never closed|''|''|[never closed"
      })
  void splitsResponseText(String line, String code, String arguments, String text) {
    assertThat(ResponseText.parse(line)).isEqualTo(new ResponseText(code, arguments, text));
  }

  @Test
  void makesServersWordsFitToBeShown() {
    DisplayText display = new DisplayText();
    display.hide(Connections.password("u", "hunter2"));
    display.hide(Connections.password("v", "ab"));
    assertThat(display.of("LOGIN u hunter2: \u001b[31mbad\u0000\r\n ab about"))
        .isEqualTo("LOGIN u ********: \\u001B[31mbad\\u0000 ******** about");
    assertThat(display.of("\u00e2\u0080\u00aegnp.exe\u00c2\u00a0\t x"))
        .isEqualTo("\\u202Egnp.exe x");
    assertThat(display.of("aHVudGVyMg== Entw\u00c3\u00bcrfe")).isEqualTo("******** Entwürfe");
    assertThat(display.of("x".repeat(9000))).hasSize(DisplayText.LIMIT + 1);
  }

  @Test
  void ofALongAnswerOnlyTheBeginningIsLookedAtAndNoPartOfASecretIsShown() {
    DisplayText display = new DisplayText();
    String secret = "0123456789".repeat(100);
    display.hide(Connections.password("u", secret));
    String entities = secret.replaceAll("[0-9]", "&#x3$0;");
    for (int before = 7000; before < 16_100; before += 183) {
      String shown = display.of(" ".repeat(before) + entities + "x".repeat(40_000));
      assertThat(shown).as("%d", before).doesNotContain("&#", "12");
    }
    assertThat(display.of("a".repeat(16_001))).hasSize(DisplayText.LIMIT + 1);
  }

  @Test
  void readsCapabilities() {
    Capabilities capabilities = Capabilities.parse("imap4rev1 AppendLimit=1000  LITERAL-");
    assertThat(capabilities.names())
        .containsExactlyInAnyOrder("IMAP4REV1", "APPENDLIMIT=1000", "LITERAL-");
    assertThat(capabilities.appendLimit()).isEqualTo(1000);
    assertThat(capabilities.literalWithoutWaiting()).isEqualTo(4096);
    assertThat(Capabilities.parse("IMAP4rev1 APPENDLIMIT").appendLimit()).isEqualTo(-1);
    assertThat(Capabilities.parse("IMAP4rev2").has("NAMESPACE")).isTrue();
    assertThat(Capabilities.parse("IMAP4rev1 IMAP4rev2").has("NAMESPACE")).isFalse();
  }

  @Test
  void knowsWhatCanBeSentAsAFlag() {
    assertThat(List.of("\\Seen", "$Forwarded", "NonJunk", "a[b", "a:b", "[x]", "a]b", "ü"))
        .allMatch(OutgoingMessage::isFlag);
    assertThat(List.of("", "\\", "a b", "a)", "\\*", "a\"", "€", "a\r\nb", "a{5}", "\\\\x", "%"))
        .noneMatch(OutgoingMessage::isFlag);
  }
}
