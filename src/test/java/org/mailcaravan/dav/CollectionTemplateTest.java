package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectionTemplateTest {
  @ParameterizedTest
  @CsvSource({
    "https://dav.example.org/{email}/contacts/, ann@example.org, https://dav.example.org/ann@example.org/contacts/",
    "' https://dav.example.org:8443/u/{email} ', a/b?c#d%@x, https://dav.example.org:8443/u/a%2Fb%3Fc%23d%25@x/",
    "http://127.0.0.1/{email}/{email}/, jörg@x, http://127.0.0.1/j%C3%B6rg@x/j%C3%B6rg@x/",
    "https://h/{email}/, ../+ @x, https://h/..%2F%2B%20@x/",
  })
  void putsTheAddressInAsOneSegment(String template, String email, String url) {
    assertThat(CollectionTemplate.of(template).forAddress(email)).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource({
    "https://h, https://h/, false",
    "https://h/dav, https://h/dav/, false",
    "https://h/{email}/book, https://h/a@x/book/, true"
  })
  void aUrlWithoutTheAddressIsWhereToDiscover(String template, String url, boolean exact) {
    assertThat(CollectionTemplate.of(template).placeFor("a@x"))
        .isEqualTo(new DavAccount.Place(URI.create(url), exact));
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://h/{email}/, https://",
    "h/{email}/, https://",
    "https:///{email}/, host",
    "https://{email}.example.org/, {email}",
    "https://me:secret@h/{email}/, login",
    "https://h/?u={email}, ?",
    "https://h/{user}/{email}/, not a URL",
  })
  void saysWhatIsWrongWithATemplate(String template, String word) {
    assertThatThrownBy(() -> CollectionTemplate.of(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(word);
  }
}
