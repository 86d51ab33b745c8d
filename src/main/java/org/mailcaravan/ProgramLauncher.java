package org.mailcaravan;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.SettingsFile;

/** Starts the program of this installation, or tells where it keeps its data. */
final class ProgramLauncher implements Launcher {
  @Override
  public Running start(Options options) {
    return Program.start(options);
  }

  @Override
  public Whereabouts whereabouts(Options options, String addressOrDomain, int width) {
    return ProviderLookup.of(Program.settings(options), addressOrDomain, width);
  }

  @Override
  public Checklists checklists(Options options, List<String> domains, int width) {
    return DomainChecklists.of(Program.settings(options), domains, width);
  }

  @Override
  public Path dataFolder(
      @Nullable Path config, @Nullable Path data, Map<String, String> overrides) {
    if (data != null) {
      return data.toAbsolutePath();
    }
    Path home = Program.home();
    return SettingsFile.read(
        Keys.DATA_FOLDER,
        config == null ? home.resolve("config") : config,
        home,
        new HashMap<>(overrides),
        System.getenv());
  }
}
