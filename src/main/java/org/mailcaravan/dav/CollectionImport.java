package org.mailcaravan.dav;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.StoredResources;
import org.mailcaravan.store.StoredResources.Stored;

/**
 * Imports resources into one collection at the destination. A resource that the user changed or
 * deleted there stays as it is. One that is there already, whoever stored it, is not sent again.
 * One that is newer in the export replaces what an earlier import stored. The ledger tells what
 * earlier imports stored; where it was lost, the collection itself does.
 *
 * <p>Thread-safe, as long as no two resources with the same UID are stored at once.
 */
final class CollectionImport {
  /** What became of a resource. */
  enum Fate {
    IMPORTED,
    ALREADY_THERE,
    UPDATED,
    KEPT,
    REFUSED
  }

  /**
   * What became of a resource.
   *
   * @param uid the digest of its UID
   * @param stored the row to record in the ledger, or null
   * @param note for the report, or null
   * @param problem why it was refused, or null
   */
  record Outcome(
      Fate fate,
      String uid,
      @Nullable Stored stored,
      @Nullable String note,
      @Nullable Problem problem) {}

  /**
   * Failures of one resource, while the server answers other requests, after which it counts as
   * refused.
   */
  private static final int MOST_FAILURES = 3;

  private final DavCollection collection;
  private final StoredResources ledger;
  private final String key;
  private final Map<String, Stored> known;
  private final ExistingResources existing;
  private final AtomicBoolean accepted = new AtomicBoolean();
  private final Map<String, Integer> failures;
  private final boolean created;
  private final boolean gone;

  private CollectionImport(
      DavCollection collection,
      CollectionFinder.Opened opened,
      StoredResources ledger,
      String key,
      Map<String, Integer> failures,
      Map<String, Stored> known,
      ExistingResources existing) {
    this.failures = failures;
    this.created = opened.created();
    this.gone = opened.gone();
    this.collection = collection;
    this.ledger = ledger;
    this.key = key;
    this.known = known;
    this.existing = existing;
  }

  /**
   * Reads what the collection holds.
   *
   * @param account the address of the mailbox that the collection belongs to
   * @param failures how often each resource has failed; kept between attempts
   */
  static CollectionImport into(
      DavCollection collection,
      CollectionFinder.Opened opened,
      StoredResources ledger,
      Map<String, Integer> failures,
      String account) {
    String key = ledger.collection(account, collection.url());
    if (opened.created()) {
      ledger.forget(key);
    }
    Map<String, Stored> known = ledger.of(key);
    return new CollectionImport(
        collection,
        opened,
        ledger,
        key,
        failures,
        known,
        opened.created() || opened.gone()
            ? ExistingResources.none(collection)
            : ExistingResources.in(collection, known.values()));
  }

  /** The key of the collection in the ledger. */
  String key() {
    return key;
  }

  /** Whether this import created it, so that it holds nothing of earlier imports. */
  boolean isCreated() {
    return created;
  }

  /** Whether it existed at an earlier import and no longer does; then nothing is stored. */
  boolean isGone() {
    return gone;
  }

  /** Where the collection is, for reports. */
  Where place() {
    return collection.client().place(collection.facts().uri());
  }

  CollectionFacts facts() {
    return collection.facts();
  }

  /** Returns how many events were stored with SCHEDULE-AGENT=CLIENT since the last call. */
  int leftToClient() {
    return collection.leftToClient().getAndSet(0);
  }

  /** Records stored resources in the ledger, by the digest of their UID. */
  void record(Map<String, Stored> stored) {
    ledger.put(key, stored);
  }

  /**
   * Stores a resource, unless the class's rules say otherwise.
   *
   * @throws TryAgain when the server is busy or cannot be reached; a resource that fails again and
   *     again while the server answers other requests is refused instead
   * @throws org.mailcaravan.model.NeedsAttention when nothing can be stored in this collection
   */
  Outcome store(Resource resource) {
    ResourceImport task = new ResourceImport(collection, existing, accepted, resource);
    if (gone) {
      return task.kept(false, "");
    }
    String failing = key + " " + task.uid();
    try {
      Outcome outcome = task.store(known.get(task.uid()));
      failures.remove(failing);
      return outcome;
    } catch (DavCollection.Unreadable e) {
      return task.unreadable(e);
    } catch (TryAgain e) {
      if (failures.merge(failing, 1, Integer::sum) < MOST_FAILURES || !collection.answers()) {
        throw e;
      }
      failures.remove(failing);
      return task.failed(e);
    }
  }
}
