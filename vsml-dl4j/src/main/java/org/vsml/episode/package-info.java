/**
 * Episodes: what learners are meta-trained and tested on, from image files, tables, synthetic tasks
 * and augmentations, each a deterministic function of one seed. Depends on core, Jackson, slf4j and
 * Commons Compress (archives of images) only; Deeplearning4j's cache is looked for by name when the
 * given folder lacks MNIST. Start reading at {@link org.vsml.episode.Episode}, then {@link
 * org.vsml.episode.EpisodeDistribution} (meta-training) and {@link org.vsml.episode.TestStream}
 * (meta-testing).
 */
package org.vsml.episode;
