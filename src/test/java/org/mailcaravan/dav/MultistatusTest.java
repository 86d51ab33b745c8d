package org.mailcaravan.dav;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultistatusTest {
  private static final String ANSWER =
      "<d:multistatus xmlns:d='DAV:'><d:response><d:href>/a</d:href><d:propstat><d:prop>%s</d:prop>"
          + "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>";

  private static Multistatus.Response read(String properties) throws XMLStreamException {
    List<Multistatus.Response> responses = new ArrayList<>();
    Multistatus.read(ANSWER.formatted(properties).getBytes(UTF_8), responses::add);
    return responses.get(0);
  }

  @Test
  void keepsNoPropertyThatNobodyAskedFor() throws XMLStreamException {
    assertThat(read("<d:getetag>1</d:getetag><d:x1>a<d:y/></d:x1><d:x2/>").properties())
        .containsOnlyKeys("getetag");
  }

  @Test
  void keepsTheFirstElementsOfAProperty() throws XMLStreamException {
    Multistatus.Response response =
        read(
            "<d:resourcetype>%s</d:resourcetype>".formatted("<d:href>/b</d:href>".repeat(100_000)));

    assertThat(response.property("resourcetype"))
        .hasValueSatisfying(
            property -> {
              assertThat(property.elements()).hasSize(100);
              assertThat(property.hrefs()).hasSize(100);
            });
  }

  @Test
  void readsNoPropertyThatIsLargerThanAnyResource() {
    String part = "x".repeat(1 << 20);
    assertThatThrownBy(() -> read("<d:getetag>%s</d:getetag>".formatted(part.repeat(12))))
        .isInstanceOf(XMLStreamException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1/'><a/>",
        "<?xml version='1.0'?> <!-- < --><?x <?>\n<!DOCTYPE a [<!EN\u00ce",
        "\ufeff<!DOCTYPE a\u0000 [<!ENTITY x 'y'>]><a>&x;</a>",
      })
  void readsNothingBehindADocumentType(String text) {
    for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE, ISO_8859_1)) {
      assertThatThrownBy(() -> Multistatus.read(text.getBytes(charset), response -> {}))
          .isInstanceOf(XMLStreamException.class)
          .hasMessageContaining("entities of its own");
    }
  }

  @Test
  void readsATextThatNamesADocumentType() throws XMLStreamException {
    assertThat(read("<d:getetag><![CDATA[<!DOCTYPE html>]]></d:getetag>").properties())
        .containsOnlyKeys("getetag");
  }
}
