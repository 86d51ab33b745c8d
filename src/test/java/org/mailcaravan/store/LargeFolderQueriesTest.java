package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must come from an index, since a folder may have millions of messages and a request many
 * mailboxes.
 */
class LargeFolderQueriesTest {
  @TempDir Path folder;

  /** Sorting all rows for each piece took a quarter of an hour for a million of them. */
  @Test
  void eachPieceComesFromAnIndexInItsOrder() {
    try (Database database = Database.inFolder(folder)) {
      for (String query :
          List.of(
              RecordedPlaces.NEXT_RANGES,
              MarkedCopies.nextRows(MarkedCopies.UNSEEN),
              MarkedCopies.nextRows(MarkedCopies.DELICATE))) {
        String plan =
            database
                .jdbc()
                .sql("explain " + query.replaceFirst("\\?", "'x'").replace("?", "1"))
                .query(String.class)
                .single();
        assertThat(plan).contains("/* index sorted */");
      }
    }
  }

  /** All mailboxes that had ended were looked through for each that ended. */
  @Test
  void whetherAMigrationHasEndedComesFromAnIndex() {
    try (Database database = Database.inFolder(folder)) {
      String plan =
          database
              .jdbc()
              .sql(
                  "explain "
                      + Endings.FIRST_OPEN.replaceFirst("\\?", "'x'").replace("?", "'WAITING'"))
              .query(String.class)
              .single();
      assertThat(plan.replaceAll("\\s+", " "))
          .contains("PASS_BY_TURN: MIGRATION_ID = 'x' AND STATE = 'WAITING'");
    }
  }
}
