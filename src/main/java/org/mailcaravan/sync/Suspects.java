package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.mailcaravan.imap.FolderName;

/**
 * The messages of one side over which a connection may have been lost. One of them may break it
 * each time, so they are sent in smaller and smaller groups, until the one is found and given up:
 * with few more round trips for the many others. Thread-safe.
 */
final class Suspects {
  /** The most messages in a group, by how strong the suspicion is. */
  private static final int[] GROUP = {Integer.MAX_VALUE, 128, 8, 1};

  /** A message is given up when it was alone at so many losses. */
  private static final int ALONE = 3;

  private static final int GIVEN_UP = GROUP.length - 1 + ALONE;

  private record Message(FolderName folder, long uid) {}

  private final Map<Message, Integer> degrees = new ConcurrentHashMap<>();

  /** The connection was lost while these were under way together. */
  void add(FolderName folder, Collection<Long> uids) {
    int least = 1;
    while (least < GROUP.length && uids.size() <= GROUP[least]) {
      least++;
    }
    for (long uid : uids) {
      int degree = Math.max(least, degree(folder, uid) + 1);
      degrees.put(new Message(folder, uid), degree);
    }
  }

  /** These have got through, or will not be tried again. */
  void remove(FolderName folder, Collection<Long> uids) {
    uids.forEach(uid -> degrees.remove(new Message(folder, uid)));
  }

  /** No message of a folder will be tried again. */
  void remove(FolderName folder) {
    degrees.keySet().removeIf(message -> message.folder().equals(folder));
  }

  boolean isEmpty() {
    return degrees.isEmpty();
  }

  /** Whether it is this message that breaks the connection. */
  boolean isGuilty(FolderName folder, long uid) {
    return degree(folder, uid) >= GIVEN_UP;
  }

  /** Shares messages out among groups that may be under way together, in their order. */
  <T> List<List<T>> groups(FolderName folder, List<T> messages, ToLongFunction<T> uid) {
    List<List<T>> groups = new ArrayList<>();
    int most = 0;
    for (T message : messages) {
      int size = GROUP[Math.min(GROUP.length - 1, degree(folder, uid.applyAsLong(message)))];
      if (size != most || groups.get(groups.size() - 1).size() >= most) {
        groups.add(new ArrayList<>());
        most = size;
      }
      groups.get(groups.size() - 1).add(message);
    }
    return groups;
  }

  private int degree(FolderName folder, long uid) {
    return degrees.getOrDefault(new Message(folder, uid), 0);
  }
}
