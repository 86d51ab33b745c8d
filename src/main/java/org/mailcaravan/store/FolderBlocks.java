package org.mailcaravan.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The details of the messages of a folder pair, in rows of {@value #BLOCK} source UIDs. A few are
 * kept in memory. Not thread-safe.
 */
final class FolderBlocks {
  private static final int BLOCK = 1_000;
  private static final int KEPT = 4;

  private final Database database;
  private final String pairId;
  private final Map<Long, NavigableMap<Long, Details>> kept =
      new LinkedHashMap<>(KEPT * 2, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, NavigableMap<Long, Details>> eldest) {
          return size() > KEPT;
        }
      };

  FolderBlocks(Database database, String pairId) {
    this.database = database;
    this.pairId = pairId;
  }

  @Nullable Details details(long sourceUid) {
    return block(first(sourceUid)).get(sourceUid);
  }

  private static long first(long sourceUid) {
    return sourceUid - sourceUid % BLOCK;
  }

  private NavigableMap<Long, Details> block(long first) {
    NavigableMap<Long, Details> block = kept.get(first);
    if (block == null) {
      block =
          database
              .jdbc()
              .sql("select details from copied_block where folder_pair_id = ? and first_uid = ?")
              .params(pairId, first)
              .query(String.class)
              .optional()
              .map(DetailsText::read)
              .orElseGet(TreeMap::new);
      kept.put(first, block);
    }
    return block;
  }

  void put(NavigableMap<Long, Details> details) {
    long next = 0;
    for (Map.Entry<Long, Details> entry = details.firstEntry();
        entry != null;
        entry = details.ceilingEntry(next)) {
      long first = first(entry.getKey());
      next = first + BLOCK;
      NavigableMap<Long, Details> block = new TreeMap<>(block(first));
      block.putAll(details.subMap(first, next));
      write(first, block);
    }
  }

  void remove(Collection<Long> sourceUids) {
    Map<Long, NavigableMap<Long, Details>> changed = new TreeMap<>();
    for (long uid : sourceUids) {
      changed.computeIfAbsent(first(uid), first -> new TreeMap<>(block(first))).remove(uid);
    }
    changed.forEach(this::write);
  }

  private void write(long first, NavigableMap<Long, Details> block) {
    kept.put(first, block);
    database
        .jdbc()
        .sql("delete from copied_block where folder_pair_id = ? and first_uid = ?")
        .params(pairId, first)
        .update();
    if (!block.isEmpty()) {
      database
          .jdbc()
          .sql("insert into copied_block (folder_pair_id, first_uid, details) values (?, ?, ?)")
          .params(pairId, first, DetailsText.write(block))
          .update();
    }
  }
}
