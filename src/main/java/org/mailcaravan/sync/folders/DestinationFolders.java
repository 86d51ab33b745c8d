package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/**
 * Makes destination folders ready to take messages: creates what is missing, under a substitute
 * name where the server refuses the mapped one, and subscribes where the source was subscribed.
 *
 * <p>For one mailbox; not thread-safe. A child follows a renamed parent, so that those above a
 * folder are made first.
 */
public final class DestinationFolders {
  /** Refusals that another name would not fix (RFC 5530, RFC 9208). */
  private static final Set<String> NOT_THE_NAME =
      Set.of("OVERQUOTA", "LIMIT", "UNAVAILABLE", "INUSE", "SERVERBUG", "EXPIRED", "CONTACTADMIN");

  /** A connection that is lost at a CREATE this often is lost because of the name. */
  private static final int LOSSES = 2;

  /** Stands for the refusal then. */
  static final ServerRefusal ENDED_EACH_TIME =
      ServerRefusal.unsaid("the server ended the connection each time");

  private final FolderCommands commands;
  private final String prefix;
  private final @Nullable Character separator;
  private final Map<String, ListedFolder> listed = new HashMap<>();

  /** What the server said about folders that exist and cannot be opened. */
  private final Map<String, CommandRefused> shut = new HashMap<>();

  /** From mapped name to the name it got instead. */
  private final Map<String, String> renamed;

  private final List<String> notes = new ArrayList<>();
  private final List<FolderMapping> open;

  /** How often the connection was lost while a name was made; added to. */
  private final Map<String, Integer> losses;

  /** Whether names beyond the first plane of Unicode can be made, but not be listed by others. */
  private final boolean onlyFirstPlane;

  /** How many of all names, there and mapped, are the same but for case and accents. */
  private final Map<String, Long> folds;

  /**
   * @param existing the folders that are there
   * @param mappings all that may have to be made, parents before their children
   * @param renamed which mapped names got another name earlier in this pass; added to
   * @param losses how often the connection was lost in this pass while a name was made; added to
   */
  DestinationFolders(
      FolderCommands commands,
      Namespaces namespaces,
      List<ListedFolder> existing,
      List<FolderMapping> mappings,
      Map<String, String> renamed,
      Map<String, Integer> losses) {
    this.commands = commands;
    this.prefix = namespaces.prefix();
    this.separator = namespaces.separator();
    this.renamed = renamed;
    this.losses = losses;
    this.onlyFirstPlane = OddNames.courierNames(namespaces);
    this.open = new ArrayList<>(mappings);
    existing.forEach(folder -> listed.putIfAbsent(folder.name().text(), folder));
    this.folds =
        Stream.concat(listed.keySet().stream(), mappings.stream().map(FolderMapping::destination))
            .distinct()
            .collect(Collectors.groupingBy(DestinationTree::fold, Collectors.counting()));
  }

  /**
   * Makes the folder of one mapping ready.
   *
   * @return the folder to append to, which may be called otherwise than mapped: see {@link
   *     #takeNotes}
   * @throws CommandRefused with the server's first answer, when it takes none of the names
   * @throws ConnectionLost when nothing more can be asked
   */
  public FolderName ready(FolderMapping mapping) {
    for (FolderMapping above : above(mapping)) {
      try {
        made(above);
      } catch (CommandRefused e) {
        // That folder fails by itself when its turn comes.
      }
    }
    FolderName name = made(mapping);
    if (mapping.source().subscribed()) {
      subscribe(name);
    }
    return name;
  }

  /**
   * What makes a folder ready in one go.
   *
   * @param create what is missing, parents first
   * @param subscribe whether to subscribe to it
   */
  record Draft(
      FolderMapping mapping, FolderName name, List<FolderName> create, boolean subscribe) {}

  /** Null where a folder can only be made ready step by step. */
  @Nullable Draft draft(FolderMapping mapping) {
    String mapped = mapping.destination();
    if (!belowRenamedParent(mapped, mapped).equals(mapped) || renamed.containsKey(mapped)) {
      return null;
    }
    List<FolderName> create = new ArrayList<>();
    if (!Listing.isInbox(mapped)) {
      above(mapping).forEach(above -> addMissing(above, create));
      addMissing(mapping, create);
    }
    FolderName name = found(mapped);
    if (create.stream().anyMatch(each -> OddNames.isOdd(each.text(), separator))) {
      // What a server does with such a name must be seen alone.
      return null;
    }
    if (Stream.concat(create.stream(), Stream.of(name))
        .anyMatch(each -> folds.getOrDefault(DestinationTree.fold(each.text()), 0L) > 1)) {
      // Which of them is there must be known before the next is made.
      return null;
    }
    ListedFolder folder = listed.get(mapped);
    boolean subscribed = folder != null && folder.subscribed();
    return new Draft(mapping, name, create, mapping.source().subscribed() && !subscribed);
  }

  private void addMissing(FolderMapping mapping, List<FolderName> create) {
    String name = mapping.destination();
    if (!isListed(name) && !Listing.isInbox(name)) {
      create.add(commands.name(name));
    }
  }

  /**
   * Records what became of a draft whose folder could be opened, and so is there, whatever the
   * server said to CREATE.
   *
   * @param created what the server refused, by what was to be created
   * @param unsubscribed what it said to SUBSCRIBE, when it refused that
   */
  void made(
      Draft draft,
      Map<FolderName, Optional<CommandRefused>> created,
      Optional<CommandRefused> unsubscribed) {
    String mapped = draft.mapping().destination();
    created.forEach(
        (name, refusal) -> {
          if (refusal.isEmpty() || name.equals(draft.name())) {
            listed.putIfAbsent(name.text(), made(name, false));
          }
        });
    open.removeIf(mapping -> isListed(mapping.destination()));
    if (draft.subscribe()) {
      unsubscribed.ifPresent(refusal -> notes.add(notSubscribed(draft.name(), refusal)));
      listed.put(mapped, made(draft.name(), true));
    }
  }

  private ListedFolder made(FolderName name, boolean subscribed) {
    return new ListedFolder(name, separator, Set.of(), subscribed, null);
  }

  private List<FolderMapping> above(FolderMapping mapping) {
    return separator == null
        ? List.of()
        : open.stream()
            .filter(other -> mapping.destination().startsWith(other.destination() + separator))
            .toList();
  }

  private FolderName made(FolderMapping mapping) {
    open.remove(mapping);
    String mapped = mapping.destination();
    FolderName name = Listing.isInbox(mapped) ? found(mapped) : findOrCreate(mapping);
    if (!name.text().equals(mapped)) {
      renamed.put(mapped, name.text());
    }
    return name;
  }

  /** What went otherwise than mapped since the last call, as sentences for the report. */
  public List<String> takeNotes() {
    List<String> taken = List.copyOf(notes);
    notes.clear();
    return taken;
  }

  private FolderName findOrCreate(FolderMapping mapping) {
    String mapped = mapping.destination();
    String wanted = belowRenamedParent(mapped, mapped);
    CommandRefused refused;
    try {
      return findOrCreate(wanted);
    } catch (CommandRefused e) {
      refused = e;
    }
    if (isOfName(refused) && !isClosed(wanted, refused)) {
      String beside = DestinationTree.beside(mapped, separator);
      for (String substitute : mapping.substitutes()) {
        String name = belowRenamedParent(mapped, substitute);
        if (substitute.equals(beside) && !saysInferior(refused) && !isBelowInbox(mapped)) {
          continue;
        }
        try {
          FolderName made = findOrCreate(name);
          notes.add(
              "The new server refused the folder name '%s' (%s); it is '%s' there."
                  .formatted(wanted, refused.refusal(), made));
          return made;
        } catch (CommandRefused e) {
          refused.addSuppressed(e);
        }
      }
    }
    CommandRefused closed = shut.get(wanted);
    // That the folder exists is no cause; why it cannot be used is.
    throw closed != null && isClosed(wanted, refused) ? closed : refused;
  }

  /**
   * Whether the folder is there and only shut to us, so that another name would be an empty twin
   * beside it.
   */
  private boolean isClosed(String text, CommandRefused refused) {
    return refused.refusal().codeName().equals("ALREADYEXISTS")
        && !listed.containsKey(text)
        && !hasVariant(text);
  }

  private FolderName findOrCreate(String text) {
    if (isListed(text)) {
      return found(text);
    }
    FolderName name = commands.name(text);
    FolderName made = create(name);
    listed.put(made.text(), made(made, false));
    return made;
  }

  /**
   * Whether a folder exists whose name differs only in case or accents. It belongs to another
   * source folder: the mapper uses such a folder by itself where it is free. A server that then
   * says "exists" (Exchange) does not tell the two apart.
   */
  private boolean hasVariant(String text) {
    String fold = DestinationTree.fold(text);
    return listed.keySet().stream()
        .anyMatch(name -> !name.equals(text) && DestinationTree.fold(name).equals(fold));
  }

  /**
   * Creates and looks whether it is there, whatever the server says: Courier refuses what a child's
   * CREATE has just made with "Cannot create this folder.", and others say OK and make another name
   * of it. Most servers create parents by themselves (RFC 9051 section 6.3.4); the others are
   * helped.
   *
   * @return the folder that is there now
   * @throws CommandRefused when there is none
   */
  private FolderName create(FolderName name) {
    CommandRefused refused = tryToCreate(name);
    boolean there = isThere(name);
    if (refused != null && !there && isOfName(refused) && createParents(name.text())) {
      refused = tryToCreate(name);
      there = isThere(name);
    }
    if (there) {
      return name;
    }
    if (refused == null) {
      return madeAs(name);
    }
    throw refused;
  }

  /** Whether another name, or its parents, may help. */
  private static boolean isOfName(CommandRefused refused) {
    return !NOT_THE_NAME.contains(refused.refusal().codeName())
        && !Diagnosis.isThrottling(refused.refusal());
  }

  /** Null when the server says that it did. */
  private @Nullable CommandRefused tryToCreate(FolderName name) {
    String text = name.text();
    if (onlyFirstPlane && OddNames.isBeyondFirstPlane(text)) {
      return refusal(name, "mail programs of this server cannot list a name with such a character");
    }
    if (losses.getOrDefault(text, 0) >= LOSSES) {
      return new CommandRefused("CREATE " + name, ENDED_EACH_TIME);
    }
    try {
      commands.create(name);
      return null;
    } catch (CommandRefused e) {
      return e;
    } catch (ConnectionLost e) {
      losses.merge(text, 1, Integer::sum);
      throw e;
    }
  }

  private static CommandRefused refusal(FolderName name, String words) {
    return new CommandRefused("CREATE " + name, ServerRefusal.unsaid(words));
  }

  /**
   * Where another folder differs only in case or accents, STATUS may be that one's. A name at which
   * the server ends the connection (Exchange, where it ends in a blank) is not named again.
   */
  private boolean isThere(FolderName name) {
    boolean byList = losses.getOrDefault(name.text(), 0) >= LOSSES;
    if (!byList) {
      try {
        commands.look(name);
      } catch (CommandRefused e) {
        shut.put(name.text(), e);
        return false;
      } catch (ConnectionLost e) {
        losses.merge(name.text(), 1, Integer::sum);
        throw e;
      }
    }
    return (!byList && !hasVariant(name.text()))
        || commands.list().stream()
            .anyMatch(folder -> folder.selectable() && folder.name().text().equals(name.text()));
  }

  /**
   * The folder that came when the server said OK and the name is not there: in another case or form
   * of accents, without blanks at the ends.
   */
  private FolderName madeAs(FolderName name) {
    String like = OddNames.like(name.text());
    List<FolderName> found =
        commands.list().stream()
            .filter(folder -> folder.selectable() && !listed.containsKey(folder.name().text()))
            .map(ListedFolder::name)
            .filter(folder -> OddNames.like(folder.text()).equals(like))
            .toList();
    if (found.size() != 1) {
      CommandRefused closed = shut.get(name.text());
      throw refusal(
          name,
          "the server says that it made the folder, and it is not there"
              + (closed == null ? "" : ": " + closed.refusal()));
    }
    if (found.get(0).text().equals(name.text())) {
      return found.get(0);
    }
    notes.add("The new server calls the folder '%s' '%s'.".formatted(name, found.get(0)));
    return found.get(0);
  }

  /** Returns whether any was created. */
  private boolean createParents(String text) {
    boolean any = false;
    if (separator == null) {
      return any;
    }
    for (int at = text.indexOf(separator, prefix.length());
        at > 0;
        at = text.indexOf(separator, at + 1)) {
      String parent = text.substring(0, at);
      if (!Listing.isInbox(parent) && !listed.containsKey(parent)) {
        FolderName name = commands.name(parent);
        if (tryToCreate(name) != null) {
          return any;
        }
        listed.put(parent, made(name, false));
        any = true;
      }
    }
    return any;
  }

  private void subscribe(FolderName name) {
    ListedFolder folder = listed.get(name.text());
    if (folder != null && folder.subscribed()) {
      return;
    }
    try {
      commands.subscribe(name);
    } catch (CommandRefused e) {
      notes.add(notSubscribed(name, e));
    }
  }

  private static String notSubscribed(FolderName name, CommandRefused refused) {
    return "The new server did not subscribe to folder '%s' (%s)."
        .formatted(name, refused.refusal());
  }

  /** The name, moved along with the nearest parent of the mapped one that got another name. */
  private String belowRenamedParent(String mapped, String name) {
    if (separator == null) {
      return name;
    }
    for (int at = mapped.lastIndexOf(separator);
        at > 0;
        at = mapped.lastIndexOf(separator, at - 1)) {
      String parent = renamed.get(mapped.substring(0, at));
      if (parent != null && name.startsWith(mapped.substring(0, at))) {
        return parent + name.substring(at);
      }
    }
    return name;
  }

  private boolean isListed(String name) {
    ListedFolder folder = listed.get(name);
    return folder != null && folder.selectable();
  }

  /** As it was listed: its wire form may differ from our encoding of the text. */
  private FolderName found(String text) {
    ListedFolder folder = listed.get(text);
    return folder == null ? commands.name(text) : folder.name();
  }

  private boolean isBelowInbox(String name) {
    return separator != null
        && prefix.isEmpty()
        && name.regionMatches(true, 0, "INBOX" + separator, 0, 6);
  }

  private static boolean saysInferior(CommandRefused refused) {
    return refused.refusal().text().toLowerCase(Locale.ROOT).contains("inferior");
  }
}
