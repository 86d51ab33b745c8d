package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read piece by piece, since a folder may have millions of messages. */
class LargeFolderQueriesTest {
  @TempDir Path folder;

  /** Sorting all rows for each piece took a quarter of an hour for a million of them. */
  @Test
  void eachPieceComesFromAnIndexInItsOrder() {
    try (Database database = Database.inFolder(folder)) {
      for (String query :
          List.of(
              FolderLedger.NEXT_RANGES,
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
}
