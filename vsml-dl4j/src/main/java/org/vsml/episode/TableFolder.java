package org.vsml.episode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tables of a data folder, which are files {@code NAME.csv[.gz]} in it or in its folder {@code
 * tables}.
 *
 * @param folder null for no tables
 */
record TableFolder(Path folder) {

    private static final List<String> ENDINGS = List.of(".csv.gz", ".csv");

    /** The file of a table, if there is one. */
    Optional<Path> find(String name) {
        return candidates(name).stream().filter(Files::isRegularFile).findFirst();
    }

    /** The files that may hold a table, the first that exists does. */
    List<Path> candidates(String name) {
        return folders()
                .flatMap(where -> ENDINGS.stream().map(e -> where.resolve(name + e)))
                .toList();
    }

    private Stream<Path> folders() {
        return folder == null
                ? Stream.empty()
                : Stream.of(folder, folder.resolve(SampleTables.FOLDER));
    }

    /** Names of the tables that are there; sorted. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        folders().filter(Files::isDirectory).forEach(where -> addNames(where, names));
        return names;
    }

    private static void addNames(Path where, Set<String> names) {
        try (var children = Files.list(where)) {
            children.filter(Files::isRegularFile)
                    .map(child -> child.getFileName().toString())
                    .forEach(
                            file ->
                                    ENDINGS.stream()
                                            .filter(file::endsWith)
                                            .map(e -> file.substring(0, file.length() - e.length()))
                                            .filter(DataSets::isName)
                                            .forEach(names::add));
        } catch (IOException failure) {
            throw DataSets.unlisted(where, failure);
        }
    }
}
