package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryIdentityTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TEL;TYPE=CELL,VOICE:1 | TEL;TYPE=voice;TYPE=\"cell\":1 | true",
        "N:A;B;;; | N:A;B | true",
        "FN:A | FN:B | false",
        "FN:A | | false",
        "NOTE:a\\,b | NOTE:a,b | true",
        "URL:https\\://x | URL:https\\\\://x | true",
        "item1.X-ABLabel:A | ITEM1.X-ABLABEL:A | true",
        "item1.X-ABLabel:A | item2.X-ABLabel:A | false",
        "REV:1 | REV:2 | true",
        "PHOTO;ENCODING=b:AA | PHOTO;ENCODING=BASE64:AA | true",
        "ADR:;;1;2;3;4;5 | ADR:;;1;2;3;4;5;all of it | true",
        "ADR:;;1;2;3;4;5 | ADR:;;1;2;3;4;6 | false",
        "TRIGGER:-P0DT0H10M0S | TRIGGER;VALUE=DURATION:-PT10M | true",
        "TRIGGER:-PT10M | TRIGGER:PT10M | false",
      })
  void tellsWhetherTwoSayTheSame(String one, @Nullable String other, boolean same) {
    String first = card(one);
    String second = card(other == null ? "" : other);

    assertThat(EntryIdentity.of(first).equals(EntryIdentity.of(second))).isEqualTo(same);
    assertThat(EntryIdentity.of(first).uid()).isEqualTo("u");
  }

  private static String card(String line) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u\r\n" + line + "\r\nEND:VCARD\r\n";
  }
}
