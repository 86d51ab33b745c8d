package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

class StoringVisitorTest {
  @Test
  void ofVeryManyProblemsAndNotesTheFirstAreTold() {
    try (StoringVisitor incoming =
        new StoringVisitor(
            wanted -> {
              throw new AssertionError("nothing is to be stored");
            },
            new CollectionFinder.Wanted(null, null, null, Set.of()),
            1,
            () -> {})) {
      for (int i = 0; i < 1_100; i++) {
        incoming.broken(new Problem(Where.line("x", i), "broken", Owner.CUSTOMER, "fix it"));
        incoming.note("note " + i);
      }
      ImportResult result = incoming.result("x");

      assertThat(result.refused()).hasSize(1_001);
      assertThat(result.refused().get(1_000))
          .extracting(problem -> problem.place().toString(), Problem::cause)
          .containsExactly("x line 999", "after it, 100 more places could not be used");
      assertThat(result.notes()).hasSize(1_001).last().asString().contains("100 more");
    }
  }
}
