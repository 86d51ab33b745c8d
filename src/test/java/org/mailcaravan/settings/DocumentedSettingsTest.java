package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;

class DocumentedSettingsTest {
  @Test
  void thePageOfSettingsHasEveryPropertyWithItsDefaultInTheOrderOfTheFile() {
    List<String> expected = new ArrayList<>();
    for (Key<?> key : Keys.ALL) {
      String standard = key.standard();
      String shown =
          standard == null ? "must be set" : standard.isEmpty() ? "none" : "`" + standard + "`";
      expected.add("`" + key.name() + "` " + shown);
    }
    assertThat(
            Document.of("docs/settings.md").table("Property").rows().stream()
                .map(row -> row.get(0) + " " + row.get(1)))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void whatDocumentsSetAreProperties() {
    Set<String> names = Keys.ALL.stream().map(Key::name).collect(Collectors.toSet());
    List<Document.Block> blocks =
        Document.all().stream()
            .flatMap(document -> document.blocks("properties").stream())
            .toList();
    assertThat(blocks).isNotEmpty();
    for (Document.Block block : blocks) {
      assertThat(PropertyLines.read(block.text()))
          .as(block.place())
          .allSatisfy(
              line ->
                  assertThat(names.contains(line.key()) || line.key().startsWith("route."))
                      .as(line.key())
                      .isTrue());
    }
  }

  @Test
  void theWaysToLogInAreThoseThatThereAre() {
    assertThat(Document.of("docs/operators.md").table("`destination.auth`").column(0))
        .containsExactlyElementsOf(
            List.of(Keys.Auth.values()).stream().map(Keys.Auth::word).toList());
  }
}
