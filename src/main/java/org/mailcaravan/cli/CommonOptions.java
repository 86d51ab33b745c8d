package org.mailcaravan.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Progress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of all commands that start the program. */
final class CommonOptions {
  /** One {@code --set}. */
  record Setting(String key, String value) {}

  /** Reads a setting. Its error message never shows the value, which may contain a password. */
  static final class SettingConverter implements ITypeConverter<Setting> {
    @Override
    public Setting convert(String text) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new TypeConversionException("it must look like destination.host=imap.example.com");
      }
      return new Setting(text.substring(0, equals).strip(), text.substring(equals + 1));
    }
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder: database, reports, refused messages, logs.")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description = "The folder with application.properties. Default: config beside bin.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      converter = SettingConverter.class,
      description = "Sets one property. Can be given several times; the last one counts.")
  private List<Setting> settings = new ArrayList<>();

  Launcher.Options options(Launcher.Mode mode, Progress progress) {
    return new Launcher.Options(mode, config, data, overrides(), progress);
  }

  /** The data folder that they name. */
  Path dataFolder(Launcher launcher) {
    return launcher.dataFolder(config, data, overrides());
  }

  /** The properties that they set. */
  Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>();
    settings.forEach(setting -> overrides.put(setting.key(), setting.value()));
    return overrides;
  }
}
