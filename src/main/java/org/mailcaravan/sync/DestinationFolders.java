package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;

/**
 * Makes destination folders ready to take messages: creates what is missing, under a substitute
 * name where the server refuses the mapped one, and subscribes where the source was subscribed.
 *
 * <p>For one mailbox; not thread-safe. A child follows a renamed parent, so that those above a
 * folder are made first.
 */
public final class DestinationFolders {
  /** Refusals that another name would not mend (RFC 5530, RFC 9208). */
  private static final Set<String> NOT_THE_NAME =
      Set.of("OVERQUOTA", "LIMIT", "UNAVAILABLE", "INUSE", "SERVERBUG", "EXPIRED", "CONTACTADMIN");

  /** For servers without response codes; "does not exist" is something else. */
  private static final Pattern EXISTS =
      Pattern.compile("(?i)already exists|^(?!.*(not|no such|non-?existent)).*\\bexists");

  private final FolderCommands commands;
  private final String prefix;
  private final @Nullable Character separator;
  private final Map<String, ListedFolder> listed = new HashMap<>();

  /** From mapped name to the name it got instead. */
  private final Map<String, String> renamed;

  private final List<String> notes = new ArrayList<>();
  private final List<FolderMapping> open;

  /** How many of all names, there and mapped, are the same but for case and accents. */
  private final Map<String, Long> folds;

  /**
   * @param existing the folders that are there
   * @param mappings all that may have to be made, parents before their children
   * @param renamed which mapped names got another name earlier in this pass; added to
   */
  DestinationFolders(
      FolderCommands commands,
      Namespaces namespaces,
      List<ListedFolder> existing,
      List<FolderMapping> mappings,
      Map<String, String> renamed) {
    this.commands = commands;
    this.prefix = namespaces.prefix();
    this.separator = namespaces.separator();
    this.renamed = renamed;
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
   * @throws org.mailcaravan.imap.ConnectionLost when nothing more can be asked
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
    if (!isInbox(mapped)) {
      above(mapping).forEach(above -> addMissing(above, create));
      addMissing(mapping, create);
    }
    FolderName name = found(mapped);
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
    if (!isListed(name) && !isInbox(name)) {
      create.add(commands.name(name));
    }
  }

  /**
   * Takes note of what became of a draft whose folder could be opened.
   *
   * @param created what the server refused, by what was to be created
   * @param unsubscribed what it said to SUBSCRIBE, when it refused that
   * @return whether the folder is ready
   */
  boolean isMade(
      Draft draft,
      Map<FolderName, Optional<CommandRefused>> created,
      Optional<CommandRefused> unsubscribed) {
    if (created.values().stream()
        .flatMap(Optional::stream)
        .anyMatch(refusal -> !saysExists(refusal))) {
      return false;
    }
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
    return true;
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
    FolderName name = isInbox(mapped) ? found(mapped) : findOrCreate(mapping);
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
    if (!NOT_THE_NAME.contains(refused.refusal().codeName())) {
      String beside = DestinationTree.beside(mapped, separator);
      for (String substitute : mapping.substitutes()) {
        String name = belowRenamedParent(mapped, substitute);
        if (substitute.equals(beside) && !saysInferior(refused)) {
          continue;
        }
        try {
          FolderName made = findOrCreate(name);
          notes.add(
              "The destination refused the folder name '%s' (%s); it is '%s' there."
                  .formatted(wanted, refused.refusal(), name));
          return made;
        } catch (CommandRefused e) {
          refused.addSuppressed(e);
        }
      }
    }
    throw refused;
  }

  private FolderName findOrCreate(String text) {
    if (isListed(text)) {
      return found(text);
    }
    FolderName name = commands.name(text);
    try {
      create(name);
    } catch (CommandRefused e) {
      if (!saysExists(e) || hasVariant(text)) {
        throw e;
      }
      // Somebody else made it meanwhile, or it was not listed; where it cannot be looked at, it is
      // no place for messages.
      commands.look(name);
    }
    listed.put(text, made(name, false));
    return name;
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

  /** Most servers create parents by themselves (RFC 9051 section 6.3.4); the others are helped. */
  private void create(FolderName name) {
    try {
      commands.create(name);
    } catch (CommandRefused e) {
      if (saysExists(e)
          || NOT_THE_NAME.contains(e.refusal().codeName())
          || !createParents(name.text())) {
        throw e;
      }
      commands.create(name);
    }
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
      if (!isInbox(parent) && !listed.containsKey(parent)) {
        FolderName name = commands.name(parent);
        try {
          commands.create(name);
        } catch (CommandRefused e) {
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
    return "The destination did not subscribe to folder '%s' (%s)."
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

  /** As it was listed, since its wire form may differ from what we would make of the text. */
  private FolderName found(String text) {
    ListedFolder folder = listed.get(text);
    return folder == null ? commands.name(text) : folder.name();
  }

  private static boolean isInbox(String name) {
    return name.equalsIgnoreCase("INBOX");
  }

  private static boolean saysExists(CommandRefused refused) {
    return refused.refusal().codeName().equals("ALREADYEXISTS")
        || EXISTS.matcher(refused.refusal().text()).find();
  }

  private static boolean saysInferior(CommandRefused refused) {
    return refused.refusal().text().toLowerCase(Locale.ROOT).contains("inferior");
  }
}
