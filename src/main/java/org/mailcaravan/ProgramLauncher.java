package org.mailcaravan;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.ext.Clashes;
import org.mailcaravan.ext.ExtFolder;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.CheckedFiles;
import org.mailcaravan.routes.CamelProgram;
import org.mailcaravan.routes.CheckedRoutes;
import org.mailcaravan.routes.RouteStart;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

/** Starts the program of this installation, or tells where it keeps its data. */
final class ProgramLauncher implements Launcher {
  @Override
  public Running start(Options options) {
    return Program.start(options);
  }

  @Override
  public Whereabouts whereabouts(Options options, String addressOrDomain, int width) {
    return ProviderLookup.of(
        Program.settings(options, SettingsFile.Use.COMMAND), addressOrDomain, width);
  }

  @Override
  public Checklists checklists(Options options, List<String> domains, int width) {
    return DomainChecklists.of(Program.settings(options, SettingsFile.Use.COMMAND), domains, width);
  }

  @Override
  public RouteFiles routes(Options options) {
    Clashes clashes = Clashes.in(ExtFolder.ofProgram());
    clashes.requireNone();
    Settings settings = settingsOfRouteFiles(options);
    YamlSettings files = YamlSettings.read(settings);
    CheckedRoutes found =
        withRoutes(settings, options, files, camel -> RouteStart.check(settings, camel));
    List<Problem> mistakes = new ArrayList<>(files.mistakes());
    mistakes.addAll(found.mistakes());
    if (!mistakes.isEmpty()) {
      throw new RequestRejected(mistakes);
    }
    List<Problem> warnings = new ArrayList<>(clashes.warnings());
    warnings.addAll(daysToCome(settings));
    warnings.addAll(files.policies().warnings());
    warnings.addAll(found.warnings());
    return new RouteFiles(
        CheckedFiles.text(found.files(), found.routes(), warnings),
        CheckedFiles.json(found.files(), found.routes(), warnings));
  }

  /** Rules of the settings that no mailbox can be copied with today. */
  private static List<Problem> daysToCome(Settings settings) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return settings.get(Keys.LEAVE_OUT).stream()
        .filter(rule -> isAfter(rule.before(), today))
        .map(
            rule ->
                new Problem(
                    Where.setting(Keys.LEAVE_OUT.name(), "the property " + Keys.LEAVE_OUT.name()),
                    "the rule \"%s\" names a day that is to come: every mailbox would need attention, and nothing of it be copied"
                        .formatted(rule.text()),
                    Owner.US,
                    "Correct the day in application.properties."))
        .toList();
  }

  private static boolean isAfter(@Nullable LocalDate day, LocalDate today) {
    return day != null && day.isAfter(today);
  }

  @Override
  public Path routesFolder(Options options) {
    return settingsOfRouteFiles(options).get(Keys.ROUTES_FOLDER);
  }

  @Override
  public String picture(Options options, @Nullable String route) {
    Settings settings = settingsOfRouteFiles(options);
    return withRoutes(
        settings,
        options,
        YamlSettings.read(settings).requireFaultless(),
        camel -> RouteStart.picture(settings, camel, route));
  }

  private static Settings settingsOfRouteFiles(Options options) {
    return Program.settings(options, SettingsFile.Use.ROUTE_FILES);
  }

  private static <T> T withRoutes(
      Settings settings, Options options, YamlSettings files, Function<CamelProgram, T> action) {
    try (Wiring wiring = new Wiring(settings, options.mode(), options.progress(), files)) {
      return action.apply(wiring.camel());
    }
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
