package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Fingerprint;

/** What counts as the same message. In the tables, | ends a line. */
class FingerprintTest {
  private static FingerprintStream read(String message) {
    FingerprintStream stream =
        new FingerprintStream(
            new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)));
    try {
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stream;
  }

  private static Fingerprint of(String lines) {
    return read(lines.replace("|", "\r\n")).fingerprint();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "Message-ID: <1@a>|Date: x||text|; X-A: 1|Message-ID: <1@a>|Date: x||text|",
        "Message-ID: <1@a>|Date: x||text|; Date: x|Message-ID: <1@a>||text|",
        "Message-ID: <1@a>|Date: x||text|; MESSAGE-ID:<1@a> |date :  x||text|",
        "Message-ID: <1@a>|Date: x||text|; Message-ID:| <1@a>|Date: x||text|",
        "Message-ID: <1@a>|Date: x||text|; Message-ID: <1@a>|Date: x||text",
        "Message-ID: <1@a>|Date: x||text|; Message-ID: <1@a>|Date: x||text|||",
        "Message-ID: <1@a>|Subject: a b||; Message-ID: <1@a>|Subject: a|\tb||",
        "Date: x|From: y||text|; Received: z|Date: x|From: y||text|",
      })
  void aHeaderThatWasChangedAndABodyThatWasNotAreTheSameMessage(String one, String other) {
    assertThat(of(one).hasContentOf(of(other))).isTrue();
    assertThat(of(one)).isNotEqualTo(of(other + "more"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Message-ID: <1@a>||text|; Message-ID: <2@a>||text|",
        "Message-ID: <1@a>||text|; Message-ID: <1@a>||text and more|",
        "Message-ID: <1@a>||text|; Message-ID: <1@a>|| text|",
        "Message-ID: <1@a>||a||b|; Message-ID: <1@a>||a|b|",
        "Message-ID: <1@a>|Date: x||text|; Message-ID: <1@a>|Date: y||text|",
        "Message-ID: <1@a>|Subject: a||text|; Message-ID: <1@a>|Subject: b||text|",
        "Message-ID: <1@a>|To: a||text|; Message-ID: <1@a>|To: a, b||text|",
        "Message-ID: <1@a>|To: a||text|; Message-ID: <1@a>|Cc: a||text|",
        "From: y|Subject: s|X-A: 1||text|; From: y|Subject: s|X-A: 2||text|",
        "Date: x|X-A: 1||text|; Date: x|X-A: 2||text|",
        "X-A: 1||text|; X-A: 2||text|",
      })
  void otherMessagesAreNot(String one, String other) {
    assertThat(of(one).hasContentOf(of(other))).isFalse();
    assertThat(of(one).matches(of(other))).isFalse();
  }

  @Test
  void aHeaderReadAloneHasTheDigestsThatItHasInItsMessage() {
    String header = "Message-ID: <1@a>\r\nSubject: s\r\n\r\n";
    Fingerprint whole = read(header + "text\r\n").fingerprint();

    HeaderPrint alone = read(header).ofHeader();

    assertThat(alone.fingerprint())
        .isEqualTo(new Fingerprint(whole.header(), whole.fields(), null));
    assertThat(alone.hasMessageId()).isTrue();
    assertThat(read("Message-ID: \r\n\r\n").ofHeader().hasMessageId()).isFalse();
    assertThat(read("X: 1\r\n y\r\nMessage-ID:\r\n <1@a>\r\n\r\n").ofHeader().name())
        .isEqualTo(alone.name());
  }

  @Test
  void aFieldWithoutEndTakesNoMoreMemoryThanAnyOther() {
    String endless = "Message-ID: <1@a>\r\nTo: " + "a@b, ".repeat(100_000) + "\r\n\r\ntext";
    assertThat(read(endless).fingerprint().hasContentOf(read("X: y\r\n" + endless).fingerprint()))
        .isTrue();
  }
}
