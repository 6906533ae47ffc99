// Written by scripts/write-slime-options.mjs from scripts/slime-flags.json; do not edit.
import type { JsonObject, SlimeFlag } from '../slime-flag.js'

/** Names where the table of flags comes from; `imageDigest` is null until the image was resolved once. */
export const slimeFlagsSource = {
  image: 'slimerl/slime:nightly-dev-20260810a-cu129',
  imageDigest: null as string | null,
  slimeCommit: '624b824a898ab0ec1fcb4d373004c7f3852bf515',
  megatronCommit: '1dcf0dafa884ad52ffb243625717a3471643e087',
} as const

/** Every flag of slime, Megatron and SGLang as options; those that SGLang calls old are left out. */
export interface SlimeFlags {
  /** `--account-for-embedding-in-pipeline-split` (Megatron): a switch. */
  readonly accountForEmbeddingInPipelineSplit?: boolean | undefined
  /** `--account-for-loss-in-pipeline-split` (Megatron): a switch. */
  readonly accountForLossInPipelineSplit?: boolean | undefined
  /** `--accumulate-allreduce-grads-in-fp32` (Megatron): a switch. */
  readonly accumulateAllreduceGradsInFp32?: boolean | undefined
  /** `--activation-func-clamp-value` (Megatron): a number. */
  readonly activationFuncClampValue?: number | undefined
  /** `--actor-num-gpus-per-node` (slime): a whole number. */
  readonly actorNumGpusPerNode?: number | undefined
  /** `--actor-num-nodes` (slime): a whole number. */
  readonly actorNumNodes?: number | undefined
  /** `--adam-beta1` (Megatron): a number. */
  readonly adamBeta1?: number | undefined
  /** `--adam-beta2` (Megatron): a number. */
  readonly adamBeta2?: number | undefined
  /** `--adam-eps` (Megatron): a number. */
  readonly adamEps?: number | undefined
  /** `--add-qkv-bias` (Megatron): a switch. */
  readonly addQkvBias?: boolean | undefined
  /** `--adlr-autoresume` (Megatron): a switch. */
  readonly adlrAutoresume?: boolean | undefined
  /** `--adlr-autoresume-interval` (Megatron): a whole number. */
  readonly adlrAutoresumeInterval?: number | undefined
  /** `--advantage-estimator` (slime): one of grpo, gspo, cispo, reinforce_plus_plus, reinforce_plus_plus_baseline, ppo. */
  readonly advantageEstimator?: 'grpo' | 'gspo' | 'cispo' | 'reinforce_plus_plus' | 'reinforce_plus_plus_baseline' | 'ppo' | undefined
  /** `--allgather-cp` (slime): a switch. */
  readonly allgatherCp?: boolean | undefined
  /** `--allow-ambiguous-pad-tokens` (Megatron): a switch. */
  readonly allowAmbiguousPadTokens?: boolean | undefined
  /** `--app-tag-run-name` (Megatron): text. */
  readonly appTagRunName?: string | undefined
  /** `--app-tag-run-version` (Megatron): text. */
  readonly appTagRunVersion?: string | undefined
  /** `--apply-chat-template` (slime): a switch. */
  readonly applyChatTemplate?: boolean | undefined
  /** `--apply-chat-template-kwargs` (slime): JSON. */
  readonly applyChatTemplateKwargs?: string | JsonObject | undefined
  /** `--apply-layernorm-1p` (Megatron): a switch. */
  readonly applyLayernorm1p?: boolean | undefined
  /** `--apply-query-key-layer-scaling` (Megatron): a switch. */
  readonly applyQueryKeyLayerScaling?: boolean | undefined
  /** `--apply-residual-connection-post-layernorm` (Megatron): a switch. */
  readonly applyResidualConnectionPostLayernorm?: boolean | undefined
  /** `--apply-wd-to-qk-layernorm` (Megatron): a switch. */
  readonly applyWdToQkLayernorm?: boolean | undefined
  /** `--async-save` (Megatron): a switch. */
  readonly asyncSave?: boolean | undefined
  /** `--attention-backend` (Megatron): one of flash, fused, unfused, local, auto. */
  readonly attentionBackend?: 'flash' | 'fused' | 'unfused' | 'local' | 'auto' | undefined
  /** `--attention-dropout` (Megatron): a number. */
  readonly attentionDropout?: number | undefined
  /** `--attention-output-gate` (Megatron): a switch. */
  readonly attentionOutputGate?: boolean | undefined
  /** `--attention-softmax-in-fp32` (Megatron): a switch. */
  readonly attentionSoftmaxInFp32?: boolean | undefined
  /** `--auto-detect-ckpt-format` (Megatron): a switch. */
  readonly autoDetectCkptFormat?: boolean | undefined
  /** `--balance-by-flops` (slime): a switch. */
  readonly balanceByFlops?: boolean | undefined
  /** `--balance-data` (slime): a switch. */
  readonly balanceData?: boolean | undefined
  /** `--batch-invariant-mode` (Megatron): a switch. */
  readonly batchInvariantMode?: boolean | undefined
  /** `--batch-size` (Megatron): a whole number. */
  readonly batchSize?: number | undefined
  /** `--bert-embedder-type` (Megatron): one of megatron, huggingface. */
  readonly bertEmbedderType?: 'megatron' | 'huggingface' | undefined
  /** `--bert-load` (Megatron): text. */
  readonly bertLoad?: string | undefined
  /** `--bert-no-binary-head` (Megatron): a switch. */
  readonly bertNoBinaryHead?: boolean | undefined
  /** `--bf16` (Megatron): a switch. */
  readonly bf16?: boolean | undefined
  /** `--biencoder-projection-dim` (Megatron): a whole number. */
  readonly biencoderProjectionDim?: number | undefined
  /** `--biencoder-shared-query-context-model` (Megatron): a switch. */
  readonly biencoderSharedQueryContextModel?: boolean | undefined
  /** `--block-data-path` (Megatron): text. */
  readonly blockDataPath?: string | undefined
  /** `--buffer-filter-path` (slime): text. */
  readonly bufferFilterPath?: string | undefined
  /** `--cache-mla-latents` (Megatron): a switch. */
  readonly cacheMlaLatents?: boolean | undefined
  /** `--calc-ft-timeouts` (Megatron): a switch. */
  readonly calcFtTimeouts?: boolean | undefined
  /** `--calculate-per-token-loss` (Megatron): a switch. */
  readonly calculatePerTokenLoss?: boolean | undefined
  /** `--check-for-large-grads` (Megatron): a switch. */
  readonly checkForLargeGrads?: boolean | undefined
  /** `--check-for-spiky-loss` (Megatron): a switch. */
  readonly checkForSpikyLoss?: boolean | undefined
  /** `--check-weight-hash-across-dp-replicas-interval` (Megatron): a whole number. */
  readonly checkWeightHashAcrossDpReplicasInterval?: number | undefined
  /** `--check-weight-update-equal` (slime): a switch. */
  readonly checkWeightUpdateEqual?: boolean | undefined
  /** `--checkpoint-activations` (Megatron): a switch. */
  readonly checkpointActivations?: boolean | undefined
  /** `--ci-disable-kl-checker` (slime): a switch. */
  readonly ciDisableKlChecker?: boolean | undefined
  /** `--ci-load-grad-norm` (slime): text. */
  readonly ciLoadGradNorm?: string | undefined
  /** `--ci-save-grad-norm` (slime): text. */
  readonly ciSaveGradNorm?: string | undefined
  /** `--ci-test` (slime): a switch. */
  readonly ciTest?: boolean | undefined
  /** `--ci-train-rollout-logprob-abs-diff-threshold` (slime): a number. */
  readonly ciTrainRolloutLogprobAbsDiffThreshold?: number | undefined
  /** `--ckpt-assume-constant-structure` (Megatron): a switch. */
  readonly ckptAssumeConstantStructure?: boolean | undefined
  /** `--ckpt-convert-format` (Megatron): one of torch, torch_dist. */
  readonly ckptConvertFormat?: 'torch' | 'torch_dist' | undefined
  /** `--ckpt-convert-save` (Megatron): text. */
  readonly ckptConvertSave?: string | undefined
  /** `--ckpt-convert-update-legacy-dist-opt-format` (Megatron): a switch. */
  readonly ckptConvertUpdateLegacyDistOptFormat?: boolean | undefined
  /** `--ckpt-format` (Megatron): one of torch, torch_dist, torch_dcp, fsdp_dtensor. */
  readonly ckptFormat?: 'torch' | 'torch_dist' | 'torch_dcp' | 'fsdp_dtensor' | undefined
  /** `--ckpt-fully-parallel-load` (Megatron): a switch. */
  readonly ckptFullyParallelLoad?: boolean | undefined
  /** `--ckpt-fully-parallel-save` (Megatron): a switch. */
  readonly ckptFullyParallelSave?: boolean | undefined
  /** `--ckpt-step` (Megatron): a whole number. */
  readonly ckptStep?: number | undefined
  /** `--classes-fraction` (Megatron): a number. */
  readonly classesFraction?: number | undefined
  /** `--clip-grad` (Megatron): a number. */
  readonly clipGrad?: number | undefined
  /** `--colocate` (slime): a switch. */
  readonly colocate?: boolean | undefined
  /** `--config-logger-dir` (Megatron): text. */
  readonly configLoggerDir?: string | undefined
  /** `--context-parallel-size` (Megatron): a whole number. */
  readonly contextParallelSize?: number | undefined
  /** `--cp-comm-type` (Megatron): one or more, each text. */
  readonly cpCommType?: readonly string[] | undefined
  /** `--cpu-offloading-num-layers` (Megatron): a whole number. */
  readonly cpuOffloadingNumLayers?: number | undefined
  /** `--create-all-gather-group` (Megatron): a switch. */
  readonly createAllGatherGroup?: boolean | undefined
  /** `--cross-entropy-fusion-impl` (Megatron): one of native, te, linear. */
  readonly crossEntropyFusionImpl?: 'native' | 'te' | 'linear' | undefined
  /** `--cross-entropy-loss-fusion` (Megatron): a switch. */
  readonly crossEntropyLossFusion?: boolean | undefined
  /** `--cuda-graph-impl` (Megatron): one of none, local, transformer_engine. */
  readonly cudaGraphImpl?: 'none' | 'local' | 'transformer_engine' | undefined
  /** `--cuda-graph-scope` (Megatron): one or more, each text. */
  readonly cudaGraphScope?: readonly (string | number)[] | undefined
  /** `--cuda-graph-warmup-steps` (Megatron): a whole number. */
  readonly cudaGraphWarmupSteps?: number | undefined
  /** `--custom-advantage-function-path` (slime): text. */
  readonly customAdvantageFunctionPath?: string | undefined
  /** `--custom-config-path` (slime): text. */
  readonly customConfigPath?: string | undefined
  /** `--custom-convert-samples-to-train-data-path` (slime): text. */
  readonly customConvertSamplesToTrainDataPath?: string | undefined
  /** `--custom-eval-rollout-log-function-path` (slime): text. */
  readonly customEvalRolloutLogFunctionPath?: string | undefined
  /** `--custom-generate-function-path` (slime): text. */
  readonly customGenerateFunctionPath?: string | undefined
  /** `--custom-loss-function-path` (slime): text. */
  readonly customLossFunctionPath?: string | undefined
  /** `--custom-megatron-before-log-prob-hook-path` (slime): text. */
  readonly customMegatronBeforeLogProbHookPath?: string | undefined
  /** `--custom-megatron-before-train-step-hook-path` (slime): text. */
  readonly customMegatronBeforeTrainStepHookPath?: string | undefined
  /** `--custom-megatron-init-path` (slime): text. */
  readonly customMegatronInitPath?: string | undefined
  /** `--custom-model-provider-path` (slime): text. */
  readonly customModelProviderPath?: string | undefined
  /** `--custom-pg-loss-reducer-function-path` (slime): text. */
  readonly customPgLossReducerFunctionPath?: string | undefined
  /** `--custom-reward-post-process-path` (slime): text. */
  readonly customRewardPostProcessPath?: string | undefined
  /** `--custom-rm-path` (slime): text. */
  readonly customRmPath?: string | undefined
  /** `--custom-rollout-log-function-path` (slime): text. */
  readonly customRolloutLogFunctionPath?: string | undefined
  /** `--custom-tis-function-path` (slime): text. */
  readonly customTisFunctionPath?: string | undefined
  /** `--custom-update-weight-post-write-path` (slime): text. */
  readonly customUpdateWeightPostWritePath?: string | undefined
  /** `--data-args-path` (Megatron): text. */
  readonly dataArgsPath?: string | undefined
  /** `--data-cache-path` (Megatron): text. */
  readonly dataCachePath?: string | number | undefined
  /** `--data-pad-size-multiplier` (slime): a whole number. */
  readonly dataPadSizeMultiplier?: number | undefined
  /** `--data-parallel-random-init` (Megatron): a switch. */
  readonly dataParallelRandomInit?: boolean | undefined
  /** `--data-parallel-sharding-strategy` (Megatron): one of no_shard, optim, optim_grads, optim_grads_params. */
  readonly dataParallelShardingStrategy?: 'no_shard' | 'optim' | 'optim_grads' | 'optim_grads_params' | undefined
  /** `--data-path` (Megatron): any number, each text. */
  readonly dataPath?: readonly (string | number)[] | undefined
  /** `--data-per-class-fraction` (Megatron): a number. */
  readonly dataPerClassFraction?: number | undefined
  /** `--data-source-path` (slime): text. */
  readonly dataSourcePath?: string | undefined
  /** `--dataloader-defer-npy-index-mmap` (Megatron): a switch. */
  readonly dataloaderDeferNpyIndexMmap?: boolean | undefined
  /** `--dataloader-fast-cache-load` (Megatron): a switch. */
  readonly dataloaderFastCacheLoad?: boolean | undefined
  /** `--dataloader-type` (Megatron): one of single, cyclic, external. */
  readonly dataloaderType?: 'single' | 'cyclic' | 'external' | undefined
  /** `--ddp-average-in-collective` (Megatron): a switch. */
  readonly ddpAverageInCollective?: boolean | undefined
  /** `--ddp-bucket-size` (Megatron): a whole number. */
  readonly ddpBucketSize?: number | undefined
  /** `--ddp-num-buckets` (Megatron): a whole number. */
  readonly ddpNumBuckets?: number | undefined
  /** `--ddp-pad-buckets-for-high-nccl-busbw` (Megatron): a switch. */
  readonly ddpPadBucketsForHighNcclBusbw?: boolean | undefined
  /** `--ddp-reduce-scatter-with-fp32-accumulation` (Megatron): a switch. */
  readonly ddpReduceScatterWithFp32Accumulation?: boolean | undefined
  /** `--debug-rollout-only` (slime): a switch. */
  readonly debugRolloutOnly?: boolean | undefined
  /** `--debug-train-only` (slime): a switch. */
  readonly debugTrainOnly?: boolean | undefined
  /** `--decode-only-cuda-graphs` (Megatron): a switch. */
  readonly decodeOnlyCudaGraphs?: boolean | undefined
  /** `--decoder-first-pipeline-num-layers` (Megatron): a whole number. */
  readonly decoderFirstPipelineNumLayers?: number | undefined
  /** `--decoder-last-pipeline-num-layers` (Megatron): a whole number. */
  readonly decoderLastPipelineNumLayers?: number | undefined
  /** `--decoder-num-layers` (Megatron): a whole number. */
  readonly decoderNumLayers?: number | undefined
  /** `--decoder-seq-length` (Megatron): a whole number. */
  readonly decoderSeqLength?: number | undefined
  /** `--decoupled-lr` (Megatron): a number. */
  readonly decoupledLr?: number | undefined
  /** `--decoupled-min-lr` (Megatron): a number. */
  readonly decoupledMinLr?: number | undefined
  /** `--decrease-batch-size-if-needed` (Megatron): a switch. */
  readonly decreaseBatchSizeIfNeeded?: boolean | undefined
  /** `--defer-embedding-wgrad-compute` (Megatron): a switch. */
  readonly deferEmbeddingWgradCompute?: boolean | undefined
  /** `--delay-wgrad-compute` (Megatron): a switch. */
  readonly delayWgradCompute?: boolean | undefined
  /** `--deterministic-mode` (Megatron): a switch. */
  readonly deterministicMode?: boolean | undefined
  /** `--dino-bottleneck-size` (Megatron): a whole number. */
  readonly dinoBottleneckSize?: number | undefined
  /** `--dino-freeze-last-layer` (Megatron): a number. */
  readonly dinoFreezeLastLayer?: number | undefined
  /** `--dino-head-hidden-size` (Megatron): a whole number. */
  readonly dinoHeadHiddenSize?: number | undefined
  /** `--dino-local-crops-number` (Megatron): a whole number. */
  readonly dinoLocalCropsNumber?: number | undefined
  /** `--dino-local-img-size` (Megatron): a whole number. */
  readonly dinoLocalImgSize?: number | undefined
  /** `--dino-norm-last-layer` (Megatron): a switch. */
  readonly dinoNormLastLayer?: boolean | undefined
  /** `--dino-teacher-temp` (Megatron): a number. */
  readonly dinoTeacherTemp?: number | undefined
  /** `--dino-warmup-teacher-temp` (Megatron): a number. */
  readonly dinoWarmupTeacherTemp?: number | undefined
  /** `--dino-warmup-teacher-temp-epochs` (Megatron): a whole number. */
  readonly dinoWarmupTeacherTempEpochs?: number | undefined
  /** `--disable-async-tensor-model-parallel-allreduce` (Megatron): a switch. */
  readonly disableAsyncTensorModelParallelAllreduce?: boolean | undefined
  /** `--disable-bf16-reduced-precision-matmul` (Megatron): a switch. */
  readonly disableBf16ReducedPrecisionMatmul?: boolean | undefined
  /** `--disable-bias-linear` (Megatron): a switch. */
  readonly disableBiasLinear?: boolean | undefined
  /** `--disable-chunked-prefill` (Megatron): a switch. */
  readonly disableChunkedPrefill?: boolean | undefined
  /** `--disable-ckpt-fully-parallel-save` (Megatron): a switch. */
  readonly disableCkptFullyParallelSave?: boolean | undefined
  /** `--disable-clone-scatter-output-in-embedding` (Megatron): a switch. */
  readonly disableCloneScatterOutputInEmbedding?: boolean | undefined
  /** `--disable-compute-advantages-and-returns` (slime): a switch. */
  readonly disableComputeAdvantagesAndReturns?: boolean | undefined
  /** `--disable-fp8-wgrad` (Megatron): a switch. */
  readonly disableFp8Wgrad?: boolean | undefined
  /** `--disable-gloo-process-groups` (Megatron): a switch. */
  readonly disableGlooProcessGroups?: boolean | undefined
  /** `--disable-grpo-std-normalization` (slime): a switch. */
  readonly disableGrpoStdNormalization?: boolean | undefined
  /** `--disable-jit-fuser` (Megatron): a switch. */
  readonly disableJitFuser?: boolean | undefined
  /** `--disable-log-loss-scale-to-tensorboard` (Megatron): a switch. */
  readonly disableLogLossScaleToTensorboard?: boolean | undefined
  /** `--disable-mamba-mem-eff-path` (Megatron): a switch. */
  readonly disableMambaMemEffPath?: boolean | undefined
  /** `--disable-manual-gc-eval` (Megatron): a switch. */
  readonly disableManualGcEval?: boolean | undefined
  /** `--disable-msc` (Megatron): a switch. */
  readonly disableMsc?: boolean | undefined
  /** `--disable-rewards-normalization` (slime): a switch. */
  readonly disableRewardsNormalization?: boolean | undefined
  /** `--disable-rollout-global-dataset` (slime): a switch. */
  readonly disableRolloutGlobalDataset?: boolean | undefined
  /** `--disable-straggler-on-startup` (Megatron): a switch. */
  readonly disableStragglerOnStartup?: boolean | undefined
  /** `--disable-strict-fsdp-dtensor-load` (Megatron): a switch. */
  readonly disableStrictFsdpDtensorLoad?: boolean | undefined
  /** `--disable-symmetric-registration` (Megatron): a switch. */
  readonly disableSymmetricRegistration?: boolean | undefined
  /** `--disable-tp-comm-bulk-dgrad` (Megatron): a switch. */
  readonly disableTpCommBulkDgrad?: boolean | undefined
  /** `--disable-tp-comm-bulk-wgrad` (Megatron): a switch. */
  readonly disableTpCommBulkWgrad?: boolean | undefined
  /** `--disable-tp-comm-overlap-ag` (Megatron): a switch. */
  readonly disableTpCommOverlapAg?: boolean | undefined
  /** `--disable-tp-comm-overlap-rs` (Megatron): a switch. */
  readonly disableTpCommOverlapRs?: boolean | undefined
  /** `--disable-tp-comm-split-ag` (Megatron): a switch. */
  readonly disableTpCommSplitAg?: boolean | undefined
  /** `--disable-tp-comm-split-rs` (Megatron): a switch. */
  readonly disableTpCommSplitRs?: boolean | undefined
  /** `--disable-use-tokenizer-model-from-checkpoint-args` (Megatron): a switch. */
  readonly disableUseTokenizerModelFromCheckpointArgs?: boolean | undefined
  /** `--disable-wandb-random-suffix` (slime): a switch. */
  readonly disableWandbRandomSuffix?: boolean | undefined
  /** `--dist-ckpt-format` (Megatron): text. */
  readonly distCkptFormat?: string | number | undefined
  /** `--dist-ckpt-optim-fully-reshardable` (Megatron): a switch. */
  readonly distCkptOptimFullyReshardable?: boolean | undefined
  /** `--dist-ckpt-save-pre-mcore-014` (Megatron): a switch. */
  readonly distCkptSavePreMcore014?: boolean | undefined
  /** `--dist-ckpt-strictness` (Megatron): one of assume_ok_unexpected, log_unexpected, log_all, raise_unexpected, raise_all, return_unexpected, return_all, ignore_all. */
  readonly distCkptStrictness?: 'assume_ok_unexpected' | 'log_unexpected' | 'log_all' | 'raise_unexpected' | 'raise_all' | 'return_unexpected' | 'return_all' | 'ignore_all' | undefined
  /** `--distrib-optim-fully-reshardable-mem-efficient` (Megatron): a switch. */
  readonly distribOptimFullyReshardableMemEfficient?: boolean | undefined
  /** `--distribute-saved-activations` (Megatron): a switch. */
  readonly distributeSavedActivations?: boolean | undefined
  /** `--distributed-backend` (Megatron): one of nccl, gloo. */
  readonly distributedBackend?: 'nccl' | 'gloo' | undefined
  /** `--distributed-timeout-minutes` (Megatron): a whole number. */
  readonly distributedTimeoutMinutes?: number | undefined
  /** `--distributed-timeout-seconds-after-init` (Megatron): a whole number. */
  readonly distributedTimeoutSecondsAfterInit?: number | undefined
  /** `--dsa-indexer-head-dim` (Megatron): a whole number. */
  readonly dsaIndexerHeadDim?: number | undefined
  /** `--dsa-indexer-loss-coeff` (Megatron): a number. */
  readonly dsaIndexerLossCoeff?: number | undefined
  /** `--dsa-indexer-n-heads` (Megatron): a whole number. */
  readonly dsaIndexerNHeads?: number | undefined
  /** `--dsa-indexer-topk` (Megatron): a whole number. */
  readonly dsaIndexerTopk?: number | undefined
  /** `--dsa-indexer-use-sparse-loss` (Megatron): a switch. */
  readonly dsaIndexerUseSparseLoss?: boolean | undefined
  /** `--dump-details` (slime): text. */
  readonly dumpDetails?: string | undefined
  /** `--dump-param-to-param-group-map` (Megatron): text. */
  readonly dumpParamToParamGroupMap?: string | undefined
  /** `--dynamic-sampling-filter-path` (slime): text. */
  readonly dynamicSamplingFilterPath?: string | undefined
  /** `--embedding-init-method-std` (Megatron): a number. */
  readonly embeddingInitMethodStd?: number | undefined
  /** `--embedding-path` (Megatron): text. */
  readonly embeddingPath?: string | undefined
  /** `--empty-unused-memory-level` (Megatron): one of 0, 1, 2. */
  readonly emptyUnusedMemoryLevel?: 0 | 1 | 2 | undefined
  /** `--enable-chunked-prefill` (Megatron): a switch. */
  readonly enableChunkedPrefill?: boolean | undefined
  /** `--enable-cuda-graph` (Megatron): a switch. */
  readonly enableCudaGraph?: boolean | undefined
  /** `--enable-experimental` (Megatron): a switch. */
  readonly enableExperimental?: boolean | undefined
  /** `--enable-ft-package` (Megatron): a switch. */
  readonly enableFtPackage?: boolean | undefined
  /** `--enable-full-sharding-in-hsdp` (Megatron): a switch. */
  readonly enableFullShardingInHsdp?: boolean | undefined
  /** `--enable-mtp-training` (slime): a switch. */
  readonly enableMtpTraining?: boolean | undefined
  /** `--encoder-num-layers` (Megatron): a whole number. */
  readonly encoderNumLayers?: number | undefined
  /** `--encoder-seq-length` (Megatron): a whole number. */
  readonly encoderSeqLength?: number | undefined
  /** `--end-weight-decay` (Megatron): a number. */
  readonly endWeightDecay?: number | undefined
  /** `--entropy-coef` (slime): a number. */
  readonly entropyCoef?: number | undefined
  /** `--eod-mask-loss` (Megatron): a switch. */
  readonly eodMaskLoss?: boolean | undefined
  /** `--ep-overlap-early-attn-memory-release` (Megatron): a switch. */
  readonly epOverlapEarlyAttnMemoryRelease?: boolean | undefined
  /** `--eps-clip` (slime): a number. */
  readonly epsClip?: number | undefined
  /** `--eps-clip-c` (slime): a number. */
  readonly epsClipC?: number | undefined
  /** `--eps-clip-high` (slime): a number. */
  readonly epsClipHigh?: number | undefined
  /** `--error-injection-rate` (Megatron): a whole number. */
  readonly errorInjectionRate?: number | undefined
  /** `--error-injection-type` (Megatron): one of correct_result, transient_error, persistent_error. */
  readonly errorInjectionType?: 'correct_result' | 'transient_error' | 'persistent_error' | undefined
  /** `--eval-config` (slime): text. */
  readonly evalConfig?: string | undefined
  /** `--eval-function-path` (slime): text. */
  readonly evalFunctionPath?: string | undefined
  /** `--eval-input-key` (slime): text. */
  readonly evalInputKey?: string | undefined
  /** `--eval-interval` (Megatron): a whole number. */
  readonly evalInterval?: number | undefined
  /** `--eval-iters` (Megatron): a whole number. */
  readonly evalIters?: number | undefined
  /** `--eval-label-key` (slime): text. */
  readonly evalLabelKey?: string | undefined
  /** `--eval-max-context-len` (slime): a whole number. */
  readonly evalMaxContextLen?: number | undefined
  /** `--eval-max-prompt-len` (slime): a whole number. */
  readonly evalMaxPromptLen?: number | undefined
  /** `--eval-max-response-len` (slime): a whole number. */
  readonly evalMaxResponseLen?: number | undefined
  /** `--eval-min-new-tokens` (slime): a whole number. */
  readonly evalMinNewTokens?: number | undefined
  /** `--eval-prompt-data` (slime): one or more, each text. */
  readonly evalPromptData?: readonly string[] | undefined
  /** `--eval-reward-key` (slime): text. */
  readonly evalRewardKey?: string | undefined
  /** `--eval-temperature` (slime): a number. */
  readonly evalTemperature?: number | undefined
  /** `--eval-tool-key` (slime): text. */
  readonly evalToolKey?: string | undefined
  /** `--eval-top-k` (slime): a whole number. */
  readonly evalTopK?: number | undefined
  /** `--eval-top-p` (slime): a number. */
  readonly evalTopP?: number | undefined
  /** `--evidence-data-path` (Megatron): text. */
  readonly evidenceDataPath?: string | undefined
  /** `--exit-duration-in-mins` (Megatron): a whole number. */
  readonly exitDurationInMins?: number | undefined
  /** `--exit-interval` (Megatron): a whole number. */
  readonly exitInterval?: number | undefined
  /** `--exit-on-missing-checkpoint` (Megatron): a switch. */
  readonly exitOnMissingCheckpoint?: boolean | undefined
  /** `--exit-signal` (Megatron): one of SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPWR, SIGSYS, SIGRTMIN, SIGRTMAX. */
  readonly exitSignal?: 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGILL' | 'SIGTRAP' | 'SIGABRT' | 'SIGBUS' | 'SIGFPE' | 'SIGKILL' | 'SIGUSR1' | 'SIGSEGV' | 'SIGUSR2' | 'SIGPIPE' | 'SIGALRM' | 'SIGTERM' | 'SIGSTKFLT' | 'SIGCHLD' | 'SIGCONT' | 'SIGSTOP' | 'SIGTSTP' | 'SIGTTIN' | 'SIGTTOU' | 'SIGURG' | 'SIGXCPU' | 'SIGXFSZ' | 'SIGVTALRM' | 'SIGPROF' | 'SIGWINCH' | 'SIGIO' | 'SIGPWR' | 'SIGSYS' | 'SIGRTMIN' | 'SIGRTMAX' | undefined
  /** `--exit-signal-handler` (Megatron): a switch. */
  readonly exitSignalHandler?: boolean | undefined
  /** `--exit-signal-handler-for-dataloader` (Megatron): a switch. */
  readonly exitSignalHandlerForDataloader?: boolean | undefined
  /** `--exp-avg-dtype` (Megatron): one of fp32, fp16, bf16, fp8. */
  readonly expAvgDtype?: 'fp32' | 'fp16' | 'bf16' | 'fp8' | undefined
  /** `--exp-avg-sq-dtype` (Megatron): one of fp32, fp16, bf16, fp8. */
  readonly expAvgSqDtype?: 'fp32' | 'fp16' | 'bf16' | 'fp8' | undefined
  /** `--experimental-attention-variant` (Megatron): one of gated_delta_net, dsa. */
  readonly experimentalAttentionVariant?: 'gated_delta_net' | 'dsa' | undefined
  /** `--expert-model-parallel-size` (Megatron): a whole number. */
  readonly expertModelParallelSize?: number | undefined
  /** `--expert-tensor-parallel-size` (Megatron): a whole number. */
  readonly expertTensorParallelSize?: number | undefined
  /** `--external-cuda-graph` (Megatron): a switch. */
  readonly externalCudaGraph?: boolean | undefined
  /** `--fake-process-group` (Megatron): a switch. */
  readonly fakeProcessGroup?: boolean | undefined
  /** `--fallback-to-eager-attn` (Megatron): a switch. */
  readonly fallbackToEagerAttn?: boolean | undefined
  /** `--fetch-trajectory-retry-times` (slime): a whole number. */
  readonly fetchTrajectoryRetryTimes?: number | undefined
  /** `--ffn-hidden-size` (Megatron): a whole number. */
  readonly ffnHiddenSize?: number | undefined
  /** `--fim-data` (Megatron): a switch. */
  readonly fimData?: boolean | undefined
  /** `--fim-eod-token` (Megatron): text. */
  readonly fimEodToken?: string | undefined
  /** `--fim-fragment-rate` (Megatron): a number. */
  readonly fimFragmentRate?: number | undefined
  /** `--fim-middle-token` (Megatron): text. */
  readonly fimMiddleToken?: string | undefined
  /** `--fim-no-prefix` (Megatron): text. */
  readonly fimNoPrefix?: string | undefined
  /** `--fim-pad-token` (Megatron): text. */
  readonly fimPadToken?: string | undefined
  /** `--fim-prefix-token` (Megatron): text. */
  readonly fimPrefixToken?: string | undefined
  /** `--fim-rate` (Megatron): a number. */
  readonly fimRate?: number | undefined
  /** `--fim-split-sample` (Megatron): text. */
  readonly fimSplitSample?: string | undefined
  /** `--fim-spm-rate` (Megatron): a number. */
  readonly fimSpmRate?: number | undefined
  /** `--fim-suffix-token` (Megatron): text. */
  readonly fimSuffixToken?: string | undefined
  /** `--fine-grained-activation-offloading` (Megatron): a switch. */
  readonly fineGrainedActivationOffloading?: boolean | undefined
  /** `--finetune` (Megatron): a switch. */
  readonly finetune?: boolean | undefined
  /** `--first-last-layers-bf16` (Megatron): a switch. */
  readonly firstLastLayersBf16?: boolean | undefined
  /** `--flash-decode` (Megatron): a switch. */
  readonly flashDecode?: boolean | undefined
  /** `--fp16` (Megatron): a switch. */
  readonly fp16?: boolean | undefined
  /** `--fp16-lm-cross-entropy` (Megatron): a switch. */
  readonly fp16LmCrossEntropy?: boolean | undefined
  /** `--fp32-residual-connection` (Megatron): a switch. */
  readonly fp32ResidualConnection?: boolean | undefined
  /** `--fp4-format` (Megatron): one of e2m1. */
  readonly fp4Format?: 'e2m1' | undefined
  /** `--fp4-param-gather` (Megatron): a switch. */
  readonly fp4ParamGather?: boolean | undefined
  /** `--fp4-quantizer-factory` (Megatron): text. */
  readonly fp4QuantizerFactory?: string | undefined
  /** `--fp4-recipe` (Megatron): one of nvfp4, custom. */
  readonly fp4Recipe?: 'nvfp4' | 'custom' | undefined
  /** `--fp8-amax-compute-algo` (Megatron): one of most_recent, max. */
  readonly fp8AmaxComputeAlgo?: 'most_recent' | 'max' | undefined
  /** `--fp8-amax-history-len` (Megatron): a whole number. */
  readonly fp8AmaxHistoryLen?: number | undefined
  /** `--fp8-format` (Megatron): one of e4m3, hybrid. */
  readonly fp8Format?: 'e4m3' | 'hybrid' | undefined
  /** `--fp8-interval` (Megatron): a whole number. */
  readonly fp8Interval?: number | undefined
  /** `--fp8-margin` (Megatron): a whole number. */
  readonly fp8Margin?: number | undefined
  /** `--fp8-param-gather` (Megatron): a switch. */
  readonly fp8ParamGather?: boolean | undefined
  /** `--fp8-quantizer-factory` (Megatron): text. */
  readonly fp8QuantizerFactory?: string | undefined
  /** `--fp8-recipe` (Megatron): one of tensorwise, delayed, mxfp8, blockwise, custom. */
  readonly fp8Recipe?: 'tensorwise' | 'delayed' | 'mxfp8' | 'blockwise' | 'custom' | undefined
  /** `--freeze-indexer` (slime): a switch. */
  readonly freezeIndexer?: boolean | undefined
  /** `--freeze-params-name-list` (slime): any number, each text. */
  readonly freezeParamsNameList?: readonly string[] | undefined
  /** `--fsdp-double-buffer` (Megatron): a switch. */
  readonly fsdpDoubleBuffer?: boolean | undefined
  /** `--fsdp-manual-registration` (Megatron): a switch. */
  readonly fsdpManualRegistration?: boolean | undefined
  /** `--ft-num-warmup-iters` (Megatron): a whole number. */
  readonly ftNumWarmupIters?: number | undefined
  /** `--full-validation` (Megatron): a switch. */
  readonly fullValidation?: boolean | undefined
  /** `--gamma` (slime): a number. */
  readonly gamma?: number | undefined
  /** `--get-mismatch-metrics` (slime): a switch. */
  readonly getMismatchMetrics?: boolean | undefined
  /** `--global-batch-size` (Megatron): a whole number. */
  readonly globalBatchSize?: number | undefined
  /** `--glu-linear-offset` (Megatron): a number. */
  readonly gluLinearOffset?: number | undefined
  /** `--grad-reduce-in-bf16` (Megatron): a switch. */
  readonly gradReduceInBf16?: boolean | undefined
  /** `--group-query-attention` (Megatron): a switch. */
  readonly groupQueryAttention?: boolean | undefined
  /** `--group-rm` (slime): a switch. */
  readonly groupRm?: boolean | undefined
  /** `--grpo-clamp-eps-lower` (Megatron): a number. */
  readonly grpoClampEpsLower?: number | undefined
  /** `--grpo-clamp-eps-upper` (Megatron): a number. */
  readonly grpoClampEpsUpper?: number | undefined
  /** `--grpo-entropy-term-weight` (Megatron): a number. */
  readonly grpoEntropyTermWeight?: number | undefined
  /** `--grpo-filter-groups-with-same-reward` (Megatron): a switch. */
  readonly grpoFilterGroupsWithSameReward?: boolean | undefined
  /** `--grpo-group-size` (Megatron): a whole number. */
  readonly grpoGroupSize?: number | undefined
  /** `--grpo-iterations` (Megatron): a whole number. */
  readonly grpoIterations?: number | undefined
  /** `--grpo-kl-beta` (Megatron): a number. */
  readonly grpoKlBeta?: number | undefined
  /** `--grpo-prompts-per-step` (Megatron): a whole number. */
  readonly grpoPromptsPerStep?: number | undefined
  /** `--head-lr-mult` (Megatron): a number. */
  readonly headLrMult?: number | undefined
  /** `--heterogeneous-layers-config-encoded-json` (Megatron): text. */
  readonly heterogeneousLayersConfigEncodedJson?: string | undefined
  /** `--heterogeneous-layers-config-path` (Megatron): text. */
  readonly heterogeneousLayersConfigPath?: string | undefined
  /** `--hf-checkpoint` (slime): text. */
  readonly hfCheckpoint?: string | undefined
  /** `--hidden-dropout` (Megatron): a number. */
  readonly hiddenDropout?: number | undefined
  /** `--hidden-size` (Megatron): a whole number. */
  readonly hiddenSize?: number | undefined
  /** `--hierarchical-context-parallel-sizes` (Megatron): one or more, each a whole number. */
  readonly hierarchicalContextParallelSizes?: readonly number[] | undefined
  /** `--high-priority-stream-groups` (Megatron): any number, each text. */
  readonly highPriorityStreamGroups?: readonly string[] | undefined
  /** `--http-proxy` (slime): text. */
  readonly httpProxy?: string | undefined
  /** `--hybrid-attention-ratio` (Megatron): a number. */
  readonly hybridAttentionRatio?: number | undefined
  /** `--hybrid-context-parallel` (Megatron): a switch. */
  readonly hybridContextParallel?: boolean | undefined
  /** `--hybrid-mlp-ratio` (Megatron): a number. */
  readonly hybridMlpRatio?: number | undefined
  /** `--hybrid-override-pattern` (Megatron): text. */
  readonly hybridOverridePattern?: string | undefined
  /** `--hysteresis` (Megatron): a whole number. */
  readonly hysteresis?: number | undefined
  /** `--ict-head-size` (Megatron): a whole number. */
  readonly ictHeadSize?: number | undefined
  /** `--ict-load` (Megatron): text. */
  readonly ictLoad?: string | undefined
  /** `--img-h` (Megatron): a whole number. */
  readonly imgH?: number | undefined
  /** `--img-w` (Megatron): a whole number. */
  readonly imgW?: number | undefined
  /** `--indexer-batch-size` (Megatron): a whole number. */
  readonly indexerBatchSize?: number | undefined
  /** `--indexer-log-interval` (Megatron): a whole number. */
  readonly indexerLogInterval?: number | undefined
  /** `--inference-batch-times-seqlen-threshold` (Megatron): a whole number. */
  readonly inferenceBatchTimesSeqlenThreshold?: number | undefined
  /** `--inference-coordinator-port` (Megatron): a whole number. */
  readonly inferenceCoordinatorPort?: number | undefined
  /** `--inference-dynamic-batching` (Megatron): a switch. */
  readonly inferenceDynamicBatching?: boolean | undefined
  /** `--inference-dynamic-batching-block-size` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingBlockSize?: number | undefined
  /** `--inference-dynamic-batching-buffer-size-gb` (Megatron): a number. */
  readonly inferenceDynamicBatchingBufferSizeGb?: number | undefined
  /** `--inference-dynamic-batching-cuda-graph-max-tokens` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingCudaGraphMaxTokens?: number | undefined
  /** `--inference-dynamic-batching-cuda-graph-mixed-prefill-count` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingCudaGraphMixedPrefillCount?: number | undefined
  /** `--inference-dynamic-batching-max-requests` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingMaxRequests?: number | undefined
  /** `--inference-dynamic-batching-max-tokens` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingMaxTokens?: number | undefined
  /** `--inference-dynamic-batching-num-cuda-graphs` (Megatron): a whole number. */
  readonly inferenceDynamicBatchingNumCudaGraphs?: number | undefined
  /** `--inference-dynamic-batching-paused-buffer-size-gb` (Megatron): a number. */
  readonly inferenceDynamicBatchingPausedBufferSizeGb?: number | undefined
  /** `--inference-dynamic-batching-track-paused-request-events` (Megatron): a switch. */
  readonly inferenceDynamicBatchingTrackPausedRequestEvents?: boolean | undefined
  /** `--inference-dynamic-batching-unified-memory-level` (Megatron): one of 0, 1. */
  readonly inferenceDynamicBatchingUnifiedMemoryLevel?: 0 | 1 | undefined
  /** `--inference-fuse-tp-communication` (Megatron): a switch. */
  readonly inferenceFuseTpCommunication?: boolean | undefined
  /** `--inference-logging-step-interval` (Megatron): a whole number. */
  readonly inferenceLoggingStepInterval?: number | undefined
  /** `--inference-max-batch-size` (Megatron): a whole number. */
  readonly inferenceMaxBatchSize?: number | undefined
  /** `--inference-max-requests` (Megatron): a whole number. */
  readonly inferenceMaxRequests?: number | undefined
  /** `--inference-max-seq-length` (Megatron): a whole number. */
  readonly inferenceMaxSeqLength?: number | undefined
  /** `--inference-rng-tracker` (Megatron): a switch. */
  readonly inferenceRngTracker?: boolean | undefined
  /** `--inference-wandb-logging` (Megatron): a switch. */
  readonly inferenceWandbLogging?: boolean | undefined
  /** `--init-method-std` (Megatron): a number. */
  readonly initMethodStd?: number | undefined
  /** `--init-method-xavier-uniform` (Megatron): a switch. */
  readonly initMethodXavierUniform?: boolean | undefined
  /** `--init-model-with-meta-device` (Megatron): a switch. */
  readonly initModelWithMetaDevice?: boolean | undefined
  /** `--initial-loss-scale` (Megatron): a number. */
  readonly initialLossScale?: number | undefined
  /** `--inprocess-active-world-size` (Megatron): a whole number. */
  readonly inprocessActiveWorldSize?: number | undefined
  /** `--inprocess-barrier-timeout` (Megatron): a number. */
  readonly inprocessBarrierTimeout?: number | undefined
  /** `--inprocess-completion-timeout` (Megatron): a number. */
  readonly inprocessCompletionTimeout?: number | undefined
  /** `--inprocess-empty-cuda-cache` (Megatron): a switch. */
  readonly inprocessEmptyCudaCache?: boolean | undefined
  /** `--inprocess-granularity` (Megatron): one of node, rank. */
  readonly inprocessGranularity?: 'node' | 'rank' | undefined
  /** `--inprocess-hard-timeout` (Megatron): a number. */
  readonly inprocessHardTimeout?: number | undefined
  /** `--inprocess-heartbeat-interval` (Megatron): a number. */
  readonly inprocessHeartbeatInterval?: number | undefined
  /** `--inprocess-heartbeat-timeout` (Megatron): a number. */
  readonly inprocessHeartbeatTimeout?: number | undefined
  /** `--inprocess-last-call-wait` (Megatron): a number. */
  readonly inprocessLastCallWait?: number | undefined
  /** `--inprocess-max-iterations` (Megatron): a whole number. */
  readonly inprocessMaxIterations?: number | undefined
  /** `--inprocess-monitor-process-interval` (Megatron): a number. */
  readonly inprocessMonitorProcessInterval?: number | undefined
  /** `--inprocess-monitor-thread-interval` (Megatron): a number. */
  readonly inprocessMonitorThreadInterval?: number | undefined
  /** `--inprocess-progress-watchdog-interval` (Megatron): a number. */
  readonly inprocessProgressWatchdogInterval?: number | undefined
  /** `--inprocess-restart` (Megatron): a switch. */
  readonly inprocessRestart?: boolean | undefined
  /** `--inprocess-soft-timeout` (Megatron): a number. */
  readonly inprocessSoftTimeout?: number | undefined
  /** `--inprocess-termination-grace-time` (Megatron): a number. */
  readonly inprocessTerminationGraceTime?: number | undefined
  /** `--input-key` (slime): text. */
  readonly inputKey?: string | undefined
  /** `--is-hybrid-model` (Megatron): a switch. */
  readonly isHybridModel?: boolean | undefined
  /** `--iter-per-epoch` (Megatron): a whole number. */
  readonly iterPerEpoch?: number | undefined
  /** `--iterations-to-skip` (Megatron): one or more, each a whole number. */
  readonly iterationsToSkip?: readonly number[] | undefined
  /** `--keep-fp8-transpose-cache` (Megatron): a switch. */
  readonly keepFp8TransposeCache?: boolean | undefined
  /** `--keep-old-actor` (slime): a switch. */
  readonly keepOldActor?: boolean | undefined
  /** `--kitchen-attention-backend` (Megatron): one of sdpa, fa. */
  readonly kitchenAttentionBackend?: 'sdpa' | 'fa' | undefined
  /** `--kitchen-config-file` (Megatron): text. */
  readonly kitchenConfigFile?: string | undefined
  /** `--kitchen-recipe-number` (Megatron): a whole number. */
  readonly kitchenRecipeNumber?: number | undefined
  /** `--kl-coef` (slime): a number. */
  readonly klCoef?: number | undefined
  /** `--kl-loss-coef` (slime): a number. */
  readonly klLossCoef?: number | undefined
  /** `--kl-loss-type` (slime): one of k1, k2, k3, low_var_kl. */
  readonly klLossType?: 'k1' | 'k2' | 'k3' | 'low_var_kl' | undefined
  /** `--kv-channels` (Megatron): a whole number. */
  readonly kvChannels?: number | undefined
  /** `--kv-lora-rank` (Megatron): a whole number. */
  readonly kvLoraRank?: number | undefined
  /** `--label-key` (slime): text. */
  readonly labelKey?: string | undefined
  /** `--lambd` (slime): a number. */
  readonly lambd?: number | undefined
  /** `--langrl-env-config` (Megatron): text. */
  readonly langrlEnvConfig?: string | undefined
  /** `--langrl-external-server` (Megatron): a switch. */
  readonly langrlExternalServer?: boolean | undefined
  /** `--langrl-inference-server-conversation-template` (Megatron): text. */
  readonly langrlInferenceServerConversationTemplate?: string | undefined
  /** `--langrl-inference-server-type` (Megatron): one of inplace_megatron, inplace_megatron_chat. */
  readonly langrlInferenceServerType?: 'inplace_megatron' | 'inplace_megatron_chat' | undefined
  /** `--lazy-mpu-init` (Megatron): text. */
  readonly lazyMpuInit?: string | number | undefined
  /** `--legacy-tokenizer` (Megatron): a switch. */
  readonly legacyTokenizer?: boolean | undefined
  /** `--linear-attention-freq` (Megatron): text. */
  readonly linearAttentionFreq?: string | number | undefined
  /** `--linear-attention-type` (Megatron): text. */
  readonly linearAttentionType?: string | undefined
  /** `--linear-conv-kernel-dim` (Megatron): a whole number. */
  readonly linearConvKernelDim?: number | undefined
  /** `--linear-key-head-dim` (Megatron): a whole number. */
  readonly linearKeyHeadDim?: number | undefined
  /** `--linear-num-key-heads` (Megatron): a whole number. */
  readonly linearNumKeyHeads?: number | undefined
  /** `--linear-num-value-heads` (Megatron): a whole number. */
  readonly linearNumValueHeads?: number | undefined
  /** `--linear-value-head-dim` (Megatron): a whole number. */
  readonly linearValueHeadDim?: number | undefined
  /** `--load` (Megatron): text. */
  readonly load?: string | undefined
  /** `--load-debug-rollout-data` (slime): text. */
  readonly loadDebugRolloutData?: string | undefined
  /** `--load-debug-rollout-data-subsample` (slime): a number. */
  readonly loadDebugRolloutDataSubsample?: number | undefined
  /** `--load-forge-rollout-data` (slime): text. */
  readonly loadForgeRolloutData?: string | undefined
  /** `--load-main-params-from-ckpt` (Megatron): a switch. */
  readonly loadMainParamsFromCkpt?: boolean | undefined
  /** `--local-rank` (Megatron): a whole number. */
  readonly localRank?: number | undefined
  /** `--log-correct-samples` (slime): a switch. */
  readonly logCorrectSamples?: boolean | undefined
  /** `--log-device-memory-used` (Megatron): a switch. */
  readonly logDeviceMemoryUsed?: boolean | undefined
  /** `--log-energy` (Megatron): a switch. */
  readonly logEnergy?: boolean | undefined
  /** `--log-interval` (Megatron): a whole number. */
  readonly logInterval?: number | undefined
  /** `--log-max-attention-logit` (Megatron): a switch. */
  readonly logMaxAttentionLogit?: boolean | undefined
  /** `--log-memory-interval` (Megatron): a whole number. */
  readonly logMemoryInterval?: number | undefined
  /** `--log-memory-to-tensorboard` (Megatron): a switch. */
  readonly logMemoryToTensorboard?: boolean | undefined
  /** `--log-multi-turn` (slime): a switch. */
  readonly logMultiTurn?: boolean | undefined
  /** `--log-num-zeros-in-grad` (Megatron): a switch. */
  readonly logNumZerosInGrad?: boolean | undefined
  /** `--log-params-norm` (Megatron): a switch. */
  readonly logParamsNorm?: boolean | undefined
  /** `--log-passrate` (slime): a switch. */
  readonly logPassrate?: boolean | undefined
  /** `--log-probs-chunk-size` (slime): a whole number. */
  readonly logProbsChunkSize?: number | undefined
  /** `--log-probs-max-tokens-per-gpu` (slime): a whole number. */
  readonly logProbsMaxTokensPerGpu?: number | undefined
  /** `--log-progress` (Megatron): a switch. */
  readonly logProgress?: boolean | undefined
  /** `--log-reward-category` (slime): text. */
  readonly logRewardCategory?: string | undefined
  /** `--log-straggler` (Megatron): a switch. */
  readonly logStraggler?: boolean | undefined
  /** `--log-throughput` (Megatron): a switch. */
  readonly logThroughput?: boolean | undefined
  /** `--log-timers-to-tensorboard` (Megatron): a switch. */
  readonly logTimersToTensorboard?: boolean | undefined
  /** `--log-validation-ppl-to-tensorboard` (Megatron): a switch. */
  readonly logValidationPplToTensorboard?: boolean | undefined
  /** `--log-world-size-to-tensorboard` (Megatron): a switch. */
  readonly logWorldSizeToTensorboard?: boolean | undefined
  /** `--logging-level` (Megatron): a whole number. */
  readonly loggingLevel?: number | undefined
  /** `--loss-mask-type` (slime): one of qwen, qwen3, qwen3_5, distill_qwen. */
  readonly lossMaskType?: 'qwen' | 'qwen3' | 'qwen3_5' | 'distill_qwen' | undefined
  /** `--loss-scale` (Megatron): a number. */
  readonly lossScale?: number | undefined
  /** `--loss-scale-window` (Megatron): a number. */
  readonly lossScaleWindow?: number | undefined
  /** `--loss-type` (slime): one of policy_loss, sft_loss, custom_loss. */
  readonly lossType?: 'policy_loss' | 'sft_loss' | 'custom_loss' | undefined
  /** `--lr` (Megatron): a number. */
  readonly lr?: number | undefined
  /** `--lr-decay-iters` (Megatron): a whole number. */
  readonly lrDecayIters?: number | undefined
  /** `--lr-decay-samples` (Megatron): a whole number. */
  readonly lrDecaySamples?: number | undefined
  /** `--lr-decay-style` (Megatron): one of constant, linear, cosine, inverse-square-root, WSD. */
  readonly lrDecayStyle?: 'constant' | 'linear' | 'cosine' | 'inverse-square-root' | 'WSD' | undefined
  /** `--lr-warmup-fraction` (Megatron): a number. */
  readonly lrWarmupFraction?: number | undefined
  /** `--lr-warmup-init` (Megatron): a number. */
  readonly lrWarmupInit?: number | undefined
  /** `--lr-warmup-iters` (Megatron): a whole number. */
  readonly lrWarmupIters?: number | undefined
  /** `--lr-warmup-samples` (Megatron): a whole number. */
  readonly lrWarmupSamples?: number | undefined
  /** `--lr-wsd-decay-iters` (Megatron): a whole number. */
  readonly lrWsdDecayIters?: number | undefined
  /** `--lr-wsd-decay-samples` (Megatron): a whole number. */
  readonly lrWsdDecaySamples?: number | undefined
  /** `--lr-wsd-decay-style` (Megatron): one of exponential, linear, cosine, minus_sqrt. */
  readonly lrWsdDecayStyle?: 'exponential' | 'linear' | 'cosine' | 'minus_sqrt' | undefined
  /** `--main-grads-dtype` (Megatron): one of fp32, bf16. */
  readonly mainGradsDtype?: 'fp32' | 'bf16' | undefined
  /** `--main-params-dtype` (Megatron): one of fp32, fp16. */
  readonly mainParamsDtype?: 'fp32' | 'fp16' | undefined
  /** `--make-vocab-size-divisible-by` (Megatron): a whole number. */
  readonly makeVocabSizeDivisibleBy?: number | undefined
  /** `--mamba-head-dim` (Megatron): a whole number. */
  readonly mambaHeadDim?: number | undefined
  /** `--mamba-num-groups` (Megatron): a whole number. */
  readonly mambaNumGroups?: number | undefined
  /** `--mamba-num-heads` (Megatron): a whole number. */
  readonly mambaNumHeads?: number | undefined
  /** `--mamba-state-dim` (Megatron): a whole number. */
  readonly mambaStateDim?: number | undefined
  /** `--manual-gc` (Megatron): a switch. */
  readonly manualGc?: boolean | undefined
  /** `--manual-gc-interval` (Megatron): a whole number. */
  readonly manualGcInterval?: number | undefined
  /** `--mask-factor` (Megatron): a number. */
  readonly maskFactor?: number | undefined
  /** `--mask-offpolicy-in-partial-rollout` (slime): a switch. */
  readonly maskOffpolicyInPartialRollout?: boolean | undefined
  /** `--mask-prob` (Megatron): a number. */
  readonly maskProb?: number | undefined
  /** `--mask-type` (Megatron): one of random, row. */
  readonly maskType?: 'random' | 'row' | undefined
  /** `--max-position-embeddings` (Megatron): a whole number. */
  readonly maxPositionEmbeddings?: number | undefined
  /** `--max-seqlen-per-dp-cp-rank` (Megatron): a whole number. */
  readonly maxSeqlenPerDpCpRank?: number | undefined
  /** `--max-tokens-per-gpu` (slime): a whole number. */
  readonly maxTokensPerGpu?: number | undefined
  /** `--max-tokens-to-oom` (Megatron): a whole number. */
  readonly maxTokensToOom?: number | undefined
  /** `--megatron-config-path` (slime): text. */
  readonly megatronConfigPath?: string | undefined
  /** `--megatron-deepgemm-forward-layers` (slime): one or more, each a whole number. */
  readonly megatronDeepgemmForwardLayers?: readonly number[] | undefined
  /** `--megatron-deepgemm-forward-modules` (slime): one or more, each text. */
  readonly megatronDeepgemmForwardModules?: readonly (string | number)[] | undefined
  /** `--megatron-deepgemm-moe-forward-layers` (slime): one or more, each a whole number. */
  readonly megatronDeepgemmMoeForwardLayers?: readonly number[] | undefined
  /** `--megatron-deepgemm-moe-forward-modules` (slime): one or more, each text. */
  readonly megatronDeepgemmMoeForwardModules?: readonly (string | number)[] | undefined
  /** `--memory-recorder` (slime): one of torch, memray. */
  readonly memoryRecorder?: 'torch' | 'memray' | undefined
  /** `--memory-snapshot-dir` (slime): text. */
  readonly memorySnapshotDir?: string | undefined
  /** `--memory-snapshot-num-steps` (slime): a whole number. */
  readonly memorySnapshotNumSteps?: number | undefined
  /** `--memory-snapshot-path` (Megatron): text. */
  readonly memorySnapshotPath?: string | undefined
  /** `--merge-file` (Megatron): text. */
  readonly mergeFile?: string | undefined
  /** `--metadata-key` (slime): text. */
  readonly metadataKey?: string | undefined
  /** `--micro-batch-size` (Megatron): a whole number. */
  readonly microBatchSize?: number | undefined
  /** `--microbatch-group-size-per-virtual-pipeline-stage` (Megatron): a whole number. */
  readonly microbatchGroupSizePerVirtualPipelineStage?: number | undefined
  /** `--mid-level-dataset-surplus` (Megatron): a number. */
  readonly midLevelDatasetSurplus?: number | undefined
  /** `--min-batch-collection-ratio` (slime): a number. */
  readonly minBatchCollectionRatio?: number | undefined
  /** `--min-loss-scale` (Megatron): a number. */
  readonly minLossScale?: number | undefined
  /** `--min-lr` (Megatron): a number. */
  readonly minLr?: number | undefined
  /** `--min-offloaded-tensor-size` (Megatron): a whole number. */
  readonly minOffloadedTensorSize?: number | undefined
  /** `--mlp-chunks-for-prefill` (Megatron): a whole number. */
  readonly mlpChunksForPrefill?: number | undefined
  /** `--mock-data` (Megatron): a switch. */
  readonly mockData?: boolean | undefined
  /** `--model-name` (slime): text. */
  readonly modelName?: string | undefined
  /** `--model-parallel-size` (Megatron): a whole number. */
  readonly modelParallelSize?: number | undefined
  /** `--moe-apply-probs-on-input` (Megatron): a switch. */
  readonly moeApplyProbsOnInput?: boolean | undefined
  /** `--moe-aux-loss-coeff` (Megatron): one or more, each a number. */
  readonly moeAuxLossCoeff?: readonly number[] | undefined
  /** `--moe-deepep-num-sms` (Megatron): a whole number. */
  readonly moeDeepepNumSms?: number | undefined
  /** `--moe-enable-deepep` (Megatron): a switch. */
  readonly moeEnableDeepep?: boolean | undefined
  /** `--moe-enable-routing-replay` (Megatron): a switch. */
  readonly moeEnableRoutingReplay?: boolean | undefined
  /** `--moe-expert-capacity-factor` (Megatron): a number. */
  readonly moeExpertCapacityFactor?: number | undefined
  /** `--moe-extended-tp` (Megatron): a switch. */
  readonly moeExtendedTp?: boolean | undefined
  /** `--moe-ffn-hidden-size` (Megatron): a whole number. */
  readonly moeFfnHiddenSize?: number | undefined
  /** `--moe-flex-dispatcher-backend` (Megatron): one of deepep, hybridep. */
  readonly moeFlexDispatcherBackend?: 'deepep' | 'hybridep' | undefined
  /** `--moe-grouped-gemm` (Megatron): a switch. */
  readonly moeGroupedGemm?: boolean | undefined
  /** `--moe-hybridep-num-sms` (Megatron): a whole number. */
  readonly moeHybridepNumSms?: number | undefined
  /** `--moe-input-jitter-eps` (Megatron): a number. */
  readonly moeInputJitterEps?: number | undefined
  /** `--moe-latent-size` (Megatron): a whole number. */
  readonly moeLatentSize?: number | undefined
  /** `--moe-layer-freq` (Megatron): text. */
  readonly moeLayerFreq?: string | number | undefined
  /** `--moe-layer-recompute` (Megatron): a switch. */
  readonly moeLayerRecompute?: boolean | undefined
  /** `--moe-pad-expert-input-to-capacity` (Megatron): a switch. */
  readonly moePadExpertInputToCapacity?: boolean | undefined
  /** `--moe-pad-experts-for-cuda-graph-inference` (Megatron): a switch. */
  readonly moePadExpertsForCudaGraphInference?: boolean | undefined
  /** `--moe-per-layer-logging` (Megatron): a switch. */
  readonly moePerLayerLogging?: boolean | undefined
  /** `--moe-permute-fusion` (Megatron): a switch. */
  readonly moePermuteFusion?: boolean | undefined
  /** `--moe-router-bias-update-rate` (Megatron): a number. */
  readonly moeRouterBiasUpdateRate?: number | undefined
  /** `--moe-router-dtype` (Megatron): one of fp32, fp64. */
  readonly moeRouterDtype?: 'fp32' | 'fp64' | undefined
  /** `--moe-router-enable-expert-bias` (Megatron): a switch. */
  readonly moeRouterEnableExpertBias?: boolean | undefined
  /** `--moe-router-force-biased` (Megatron): a number. */
  readonly moeRouterForceBiased?: number | undefined
  /** `--moe-router-force-load-balancing` (Megatron): a switch. */
  readonly moeRouterForceLoadBalancing?: boolean | undefined
  /** `--moe-router-fusion` (Megatron): a switch. */
  readonly moeRouterFusion?: boolean | undefined
  /** `--moe-router-group-topk` (Megatron): a whole number. */
  readonly moeRouterGroupTopk?: number | undefined
  /** `--moe-router-load-balancing-type` (Megatron): one or more, each one of aux_loss, seq_aux_loss, global_aux_loss, sinkhorn, none. */
  readonly moeRouterLoadBalancingType?: readonly ('aux_loss' | 'seq_aux_loss' | 'global_aux_loss' | 'sinkhorn' | 'none')[] | undefined
  /** `--moe-router-num-groups` (Megatron): a whole number. */
  readonly moeRouterNumGroups?: number | undefined
  /** `--moe-router-padding-for-fp8` (Megatron): a switch. */
  readonly moeRouterPaddingForFp8?: boolean | undefined
  /** `--moe-router-padding-for-quantization` (Megatron): a switch. */
  readonly moeRouterPaddingForQuantization?: boolean | undefined
  /** `--moe-router-pre-softmax` (Megatron): a switch. */
  readonly moeRouterPreSoftmax?: boolean | undefined
  /** `--moe-router-score-function` (Megatron): one of softmax, sigmoid. */
  readonly moeRouterScoreFunction?: 'softmax' | 'sigmoid' | undefined
  /** `--moe-router-topk` (Megatron): a whole number. */
  readonly moeRouterTopk?: number | undefined
  /** `--moe-router-topk-scaling-factor` (Megatron): a number. */
  readonly moeRouterTopkScalingFactor?: number | undefined
  /** `--moe-shared-expert-gate` (Megatron): a switch. */
  readonly moeSharedExpertGate?: boolean | undefined
  /** `--moe-shared-expert-intermediate-size` (Megatron): a whole number. */
  readonly moeSharedExpertIntermediateSize?: number | undefined
  /** `--moe-shared-expert-overlap` (Megatron): a switch. */
  readonly moeSharedExpertOverlap?: boolean | undefined
  /** `--moe-token-dispatcher-type` (Megatron): one of allgather, alltoall, flex. */
  readonly moeTokenDispatcherType?: 'allgather' | 'alltoall' | 'flex' | undefined
  /** `--moe-token-drop-policy` (Megatron): one of probs, position. */
  readonly moeTokenDropPolicy?: 'probs' | 'position' | undefined
  /** `--moe-upcycling-granularity` (Megatron): a whole number. */
  readonly moeUpcyclingGranularity?: number | undefined
  /** `--moe-use-legacy-grouped-gemm` (Megatron): a switch. */
  readonly moeUseLegacyGroupedGemm?: boolean | undefined
  /** `--moe-use-upcycling` (Megatron): a switch. */
  readonly moeUseUpcycling?: boolean | undefined
  /** `--moe-z-loss-coeff` (Megatron): a number. */
  readonly moeZLossCoeff?: number | undefined
  /** `--mrope-section` (Megatron): one or more, each a whole number. */
  readonly mropeSection?: readonly number[] | undefined
  /** `--mscale` (Megatron): a number. */
  readonly mscale?: number | undefined
  /** `--mscale-all-dim` (Megatron): a number. */
  readonly mscaleAllDim?: number | undefined
  /** `--mtp-loss-scaling-factor` (Megatron): a number. */
  readonly mtpLossScalingFactor?: number | undefined
  /** `--mtp-num-layers` (Megatron): a whole number. */
  readonly mtpNumLayers?: number | undefined
  /** `--mtp-standalone` (Megatron): a switch. */
  readonly mtpStandalone?: boolean | undefined
  /** `--multi-latent-attention` (Megatron): a switch. */
  readonly multiLatentAttention?: boolean | undefined
  /** `--multimodal-keys` (slime): JSON. */
  readonly multimodalKeys?: string | JsonObject | undefined
  /** `--multiple-validation-sets` (Megatron): a switch. */
  readonly multipleValidationSets?: boolean | undefined
  /** `--muon-extra-scale-factor` (Megatron): a number. */
  readonly muonExtraScaleFactor?: number | undefined
  /** `--muon-fp32-matmul-prec` (Megatron): one of low, medium, high. */
  readonly muonFp32MatmulPrec?: 'low' | 'medium' | 'high' | undefined
  /** `--muon-momentum` (Megatron): a number. */
  readonly muonMomentum?: number | undefined
  /** `--muon-no-split-qkv` (Megatron): a switch. */
  readonly muonNoSplitQkv?: boolean | undefined
  /** `--muon-num-ns-steps` (Megatron): a whole number. */
  readonly muonNumNsSteps?: number | undefined
  /** `--muon-scale-mode` (Megatron): one of spectral, unit_rms_norm, shape_scaling. */
  readonly muonScaleMode?: 'spectral' | 'unit_rms_norm' | 'shape_scaling' | undefined
  /** `--muon-tp-mode` (Megatron): one of blockwise, duplicated, distributed. */
  readonly muonTpMode?: 'blockwise' | 'duplicated' | 'distributed' | undefined
  /** `--muon-use-nesterov` (Megatron): a switch. */
  readonly muonUseNesterov?: boolean | undefined
  /** `--n-samples-per-eval-prompt` (slime): a whole number. */
  readonly nSamplesPerEvalPrompt?: number | undefined
  /** `--n-samples-per-prompt` (slime): a whole number. */
  readonly nSamplesPerPrompt?: number | undefined
  /** `--nccl-all-reduce-for-prefill` (Megatron): a switch. */
  readonly ncclAllReduceForPrefill?: boolean | undefined
  /** `--nccl-communicator-config-path` (Megatron): text. */
  readonly ncclCommunicatorConfigPath?: string | undefined
  /** `--no-align-grad-reduce` (Megatron): a switch. */
  readonly noAlignGradReduce?: boolean | undefined
  /** `--no-align-param-gather` (Megatron): a switch. */
  readonly noAlignParamGather?: boolean | undefined
  /** `--no-async-tensor-model-parallel-allreduce` (Megatron): a switch. */
  readonly noAsyncTensorModelParallelAllreduce?: boolean | undefined
  /** `--no-barrier-with-level-1-timing` (Megatron): a switch. */
  readonly noBarrierWithLevel1Timing?: boolean | undefined
  /** `--no-bias-dropout-fusion` (Megatron): a switch. */
  readonly noBiasDropoutFusion?: boolean | undefined
  /** `--no-bias-gelu-fusion` (Megatron): a switch. */
  readonly noBiasGeluFusion?: boolean | undefined
  /** `--no-bias-swiglu-fusion` (Megatron): a switch. */
  readonly noBiasSwigluFusion?: boolean | undefined
  /** `--no-check-for-nan-in-loss-and-grad` (Megatron): a switch. */
  readonly noCheckForNanInLossAndGrad?: boolean | undefined
  /** `--no-ckpt-fully-parallel-save` (Megatron): a switch. */
  readonly noCkptFullyParallelSave?: boolean | undefined
  /** `--no-clone-scatter-output-in-embedding` (Megatron): a switch. */
  readonly noCloneScatterOutputInEmbedding?: boolean | undefined
  /** `--no-create-attention-mask-in-dataloader` (Megatron): a switch. */
  readonly noCreateAttentionMaskInDataloader?: boolean | undefined
  /** `--no-data-sharding` (Megatron): a switch. */
  readonly noDataSharding?: boolean | undefined
  /** `--no-fp8-wgrad` (Megatron): a switch. */
  readonly noFp8Wgrad?: boolean | undefined
  /** `--no-gradient-accumulation-fusion` (Megatron): a switch. */
  readonly noGradientAccumulationFusion?: boolean | undefined
  /** `--no-gradient-reduce-div-fusion` (Megatron): a switch. */
  readonly noGradientReduceDivFusion?: boolean | undefined
  /** `--no-inference-wandb-logging` (Megatron): a switch. */
  readonly noInferenceWandbLogging?: boolean | undefined
  /** `--no-initialization` (Megatron): a switch. */
  readonly noInitialization?: boolean | undefined
  /** `--no-langrl-external-server` (Megatron): a switch. */
  readonly noLangrlExternalServer?: boolean | undefined
  /** `--no-load-optim` (Megatron): a switch. */
  readonly noLoadOptim?: boolean | undefined
  /** `--no-load-rng` (Megatron): a switch. */
  readonly noLoadRng?: boolean | undefined
  /** `--no-log-loss-scale-to-tensorboard` (Megatron): a switch. */
  readonly noLogLossScaleToTensorboard?: boolean | undefined
  /** `--no-manual-gc-eval` (Megatron): a switch. */
  readonly noManualGcEval?: boolean | undefined
  /** `--no-masked-softmax-fusion` (Megatron): a switch. */
  readonly noMaskedSoftmaxFusion?: boolean | undefined
  /** `--no-mmap-bin-files` (Megatron): a switch. */
  readonly noMmapBinFiles?: boolean | undefined
  /** `--no-offload-rollout` (slime): a switch. */
  readonly noOffloadRollout?: boolean | undefined
  /** `--no-offload-train` (slime): a switch. */
  readonly noOffloadTrain?: boolean | undefined
  /** `--no-one-logger` (Megatron): a switch. */
  readonly noOneLogger?: boolean | undefined
  /** `--no-overlap-p2p-communication` (Megatron): a switch. */
  readonly noOverlapP2pCommunication?: boolean | undefined
  /** `--no-persist-layer-norm` (Megatron): a switch. */
  readonly noPersistLayerNorm?: boolean | undefined
  /** `--no-pin-cpu-grads` (Megatron): a switch. */
  readonly noPinCpuGrads?: boolean | undefined
  /** `--no-pin-cpu-params` (Megatron): a switch. */
  readonly noPinCpuParams?: boolean | undefined
  /** `--no-position-embedding` (Megatron): a switch. */
  readonly noPositionEmbedding?: boolean | undefined
  /** `--no-rl-calculate-intra-group-similarity` (Megatron): a switch. */
  readonly noRlCalculateIntraGroupSimilarity?: boolean | undefined
  /** `--no-rl-inference-logprobs-is-correction` (Megatron): a switch. */
  readonly noRlInferenceLogprobsIsCorrection?: boolean | undefined
  /** `--no-rl-offload-inference-model-weights-when-idle` (Megatron): a switch. */
  readonly noRlOffloadInferenceModelWeightsWhenIdle?: boolean | undefined
  /** `--no-rl-offload-kv-cache-during-training` (Megatron): a switch. */
  readonly noRlOffloadKvCacheDuringTraining?: boolean | undefined
  /** `--no-rl-partial-rollouts` (Megatron): a switch. */
  readonly noRlPartialRollouts?: boolean | undefined
  /** `--no-rl-remove-kv-cache-during-training` (Megatron): a switch. */
  readonly noRlRemoveKvCacheDuringTraining?: boolean | undefined
  /** `--no-rl-reset-cuda-graphs` (Megatron): a switch. */
  readonly noRlResetCudaGraphs?: boolean | undefined
  /** `--no-rl-skip-bos-token` (Megatron): a switch. */
  readonly noRlSkipBosToken?: boolean | undefined
  /** `--no-rl-training-cuda-graphs` (Megatron): a switch. */
  readonly noRlTrainingCudaGraphs?: boolean | undefined
  /** `--no-rl-use-sequence-packing` (Megatron): a switch. */
  readonly noRlUseSequencePacking?: boolean | undefined
  /** `--no-rl-verify-model-weights-swap` (Megatron): a switch. */
  readonly noRlVerifyModelWeightsSwap?: boolean | undefined
  /** `--no-rope-freq` (Megatron): text. */
  readonly noRopeFreq?: string | number | undefined
  /** `--no-rope-fusion` (Megatron): a switch. */
  readonly noRopeFusion?: boolean | undefined
  /** `--no-save-optim` (Megatron): a switch. */
  readonly noSaveOptim?: boolean | undefined
  /** `--no-save-rng` (Megatron): a switch. */
  readonly noSaveRng?: boolean | undefined
  /** `--no-scatter-gather-tensors-in-pipeline` (Megatron): a switch. */
  readonly noScatterGatherTensorsInPipeline?: boolean | undefined
  /** `--no-strict-fsdp-dtensor-load` (Megatron): a switch. */
  readonly noStrictFsdpDtensorLoad?: boolean | undefined
  /** `--no-tp-comm-bulk-dgrad` (Megatron): a switch. */
  readonly noTpCommBulkDgrad?: boolean | undefined
  /** `--no-tp-comm-bulk-wgrad` (Megatron): a switch. */
  readonly noTpCommBulkWgrad?: boolean | undefined
  /** `--no-tp-comm-overlap-ag` (Megatron): a switch. */
  readonly noTpCommOverlapAg?: boolean | undefined
  /** `--no-tp-comm-overlap-rs` (Megatron): a switch. */
  readonly noTpCommOverlapRs?: boolean | undefined
  /** `--no-tp-comm-split-ag` (Megatron): a switch. */
  readonly noTpCommSplitAg?: boolean | undefined
  /** `--no-tp-comm-split-rs` (Megatron): a switch. */
  readonly noTpCommSplitRs?: boolean | undefined
  /** `--no-use-tokenizer-model-from-checkpoint-args` (Megatron): a switch. */
  readonly noUseTokenizerModelFromCheckpointArgs?: boolean | undefined
  /** `--no-weight-decay-cond-type` (Megatron): one of apply_wd_to_qk_layernorm. */
  readonly noWeightDecayCondType?: 'apply_wd_to_qk_layernorm' | undefined
  /** `--non-persistent-ckpt-type` (Megatron): one of global, local, in_memory. */
  readonly nonPersistentCkptType?: 'global' | 'local' | 'in_memory' | undefined
  /** `--non-persistent-global-ckpt-dir` (Megatron): text. */
  readonly nonPersistentGlobalCkptDir?: string | undefined
  /** `--non-persistent-local-ckpt-algo` (Megatron): one of fully_parallel, atomic. */
  readonly nonPersistentLocalCkptAlgo?: 'fully_parallel' | 'atomic' | undefined
  /** `--non-persistent-local-ckpt-dir` (Megatron): text. */
  readonly nonPersistentLocalCkptDir?: string | undefined
  /** `--non-persistent-save-interval` (Megatron): a whole number. */
  readonly nonPersistentSaveInterval?: number | undefined
  /** `--norm-epsilon` (Megatron): a number. */
  readonly normEpsilon?: number | undefined
  /** `--normalization` (Megatron): one of LayerNorm, RMSNorm. */
  readonly normalization?: 'LayerNorm' | 'RMSNorm' | undefined
  /** `--normalize-advantages` (slime): a switch. */
  readonly normalizeAdvantages?: boolean | undefined
  /** `--num-attention-heads` (Megatron): a whole number. */
  readonly numAttentionHeads?: number | undefined
  /** `--num-channels` (Megatron): a whole number. */
  readonly numChannels?: number | undefined
  /** `--num-classes` (Megatron): a whole number. */
  readonly numClasses?: number | undefined
  /** `--num-critic-only-steps` (slime): a whole number. */
  readonly numCriticOnlySteps?: number | undefined
  /** `--num-dataset-builder-threads` (Megatron): a whole number. */
  readonly numDatasetBuilderThreads?: number | undefined
  /** `--num-distributed-optimizer-instances` (Megatron): a whole number. */
  readonly numDistributedOptimizerInstances?: number | undefined
  /** `--num-epoch` (slime): a whole number. */
  readonly numEpoch?: number | undefined
  /** `--num-experts` (Megatron): a whole number. */
  readonly numExperts?: number | undefined
  /** `--num-gpus-per-node` (slime): a whole number. */
  readonly numGpusPerNode?: number | undefined
  /** `--num-layers` (Megatron): a whole number. */
  readonly numLayers?: number | undefined
  /** `--num-layers-at-end-in-bf16` (Megatron): a whole number. */
  readonly numLayersAtEndInBf16?: number | undefined
  /** `--num-layers-at-start-in-bf16` (Megatron): a whole number. */
  readonly numLayersAtStartInBf16?: number | undefined
  /** `--num-layers-per-virtual-pipeline-stage` (Megatron): a whole number. */
  readonly numLayersPerVirtualPipelineStage?: number | undefined
  /** `--num-query-groups` (Megatron): a whole number. */
  readonly numQueryGroups?: number | undefined
  /** `--num-rollout` (slime): a whole number. */
  readonly numRollout?: number | undefined
  /** `--num-steps-per-rollout` (slime): a whole number. */
  readonly numStepsPerRollout?: number | undefined
  /** `--num-virtual-stages-per-pipeline-rank` (Megatron): a whole number. */
  readonly numVirtualStagesPerPipelineRank?: number | undefined
  /** `--num-workers` (Megatron): a whole number. */
  readonly numWorkers?: number | undefined
  /** `--object-storage-cache-path` (Megatron): text. */
  readonly objectStorageCachePath?: string | undefined
  /** `--offload` (slime): a switch. */
  readonly offload?: boolean | undefined
  /** `--offload-modules` (Megatron): one or more, each text. */
  readonly offloadModules?: readonly string[] | undefined
  /** `--offload-optimizer-states` (Megatron): a switch. */
  readonly offloadOptimizerStates?: boolean | undefined
  /** `--offload-rollout` (slime): a switch. */
  readonly offloadRollout?: boolean | undefined
  /** `--offload-train` (slime): a switch. */
  readonly offloadTrain?: boolean | undefined
  /** `--one-logger-async` (Megatron): a switch. */
  readonly oneLoggerAsync?: boolean | undefined
  /** `--one-logger-project` (Megatron): text. */
  readonly oneLoggerProject?: string | undefined
  /** `--one-logger-run-name` (Megatron): text. */
  readonly oneLoggerRunName?: string | undefined
  /** `--only-train-params-name-list` (slime): any number, each text. */
  readonly onlyTrainParamsNameList?: readonly string[] | undefined
  /** `--onnx-safe` (Megatron): text. */
  readonly onnxSafe?: string | number | undefined
  /** `--opd-kl-coef` (slime): a number. */
  readonly opdKlCoef?: number | undefined
  /** `--opd-teacher-ckpt-step` (slime): a whole number. */
  readonly opdTeacherCkptStep?: number | undefined
  /** `--opd-teacher-load` (slime): text. */
  readonly opdTeacherLoad?: string | undefined
  /** `--opd-type` (slime): one of sglang, megatron. */
  readonly opdType?: 'sglang' | 'megatron' | undefined
  /** `--openai-gelu` (Megatron): a switch. */
  readonly openaiGelu?: boolean | undefined
  /** `--opsm-delta` (slime): a number. */
  readonly opsmDelta?: number | undefined
  /** `--optimizer` (Megatron): one of adam, sgd, muon, dist_muon. */
  readonly optimizer?: 'adam' | 'sgd' | 'muon' | 'dist_muon' | undefined
  /** `--optimizer-cpu-offload` (Megatron): a switch. */
  readonly optimizerCpuOffload?: boolean | undefined
  /** `--optimizer-offload-fraction` (Megatron): a number. */
  readonly optimizerOffloadFraction?: number | undefined
  /** `--outer-dp-sharding-strategy` (Megatron): one of no_shard, optim. */
  readonly outerDpShardingStrategy?: 'no_shard' | 'optim' | undefined
  /** `--output-bert-embeddings` (Megatron): a switch. */
  readonly outputBertEmbeddings?: boolean | undefined
  /** `--over-sampling-batch-size` (slime): a whole number. */
  readonly overSamplingBatchSize?: number | undefined
  /** `--overlap-cpu-optimizer-d2h-h2d` (Megatron): a switch. */
  readonly overlapCpuOptimizerD2hH2d?: boolean | undefined
  /** `--overlap-grad-reduce` (Megatron): a switch. */
  readonly overlapGradReduce?: boolean | undefined
  /** `--overlap-moe-expert-parallel-comm` (Megatron): a switch. */
  readonly overlapMoeExpertParallelComm?: boolean | undefined
  /** `--overlap-p2p-communication-warmup-flush` (Megatron): a switch. */
  readonly overlapP2pCommunicationWarmupFlush?: boolean | undefined
  /** `--overlap-param-gather` (Megatron): a switch. */
  readonly overlapParamGather?: boolean | undefined
  /** `--overlap-param-gather-with-optimizer-step` (Megatron): a switch. */
  readonly overlapParamGatherWithOptimizerStep?: boolean | undefined
  /** `--override-opt-param-scheduler` (Megatron): a switch. */
  readonly overrideOptParamScheduler?: boolean | undefined
  /** `--padded-vocab-size` (Megatron): a whole number. */
  readonly paddedVocabSize?: number | undefined
  /** `--partial-rollout` (slime): a switch. */
  readonly partialRollout?: boolean | undefined
  /** `--patch-dim` (Megatron): a whole number. */
  readonly patchDim?: number | undefined
  /** `--per-dataset-sequences-path` (Megatron): text. */
  readonly perDatasetSequencesPath?: string | number | undefined
  /** `--per-split-data-args-path` (Megatron): text. */
  readonly perSplitDataArgsPath?: string | undefined
  /** `--perform-rl-step` (Megatron): a switch. */
  readonly performRlStep?: boolean | undefined
  /** `--persistent-save-interval` (Megatron): a whole number. */
  readonly persistentSaveInterval?: number | undefined
  /** `--phase-transition-iterations` (Megatron): text. */
  readonly phaseTransitionIterations?: string | undefined
  /** `--pipeline-model-parallel-comm-backend` (Megatron): one of nccl, ucc. */
  readonly pipelineModelParallelCommBackend?: 'nccl' | 'ucc' | undefined
  /** `--pipeline-model-parallel-layout` (Megatron): text. */
  readonly pipelineModelParallelLayout?: string | undefined
  /** `--pipeline-model-parallel-size` (Megatron): a whole number. */
  readonly pipelineModelParallelSize?: number | undefined
  /** `--position-embedding-type` (Megatron): one of learned_absolute, rope, mrope, relative, none. */
  readonly positionEmbeddingType?: 'learned_absolute' | 'rope' | 'mrope' | 'relative' | 'none' | undefined
  /** `--post-mlp-layernorm` (Megatron): a switch. */
  readonly postMlpLayernorm?: boolean | undefined
  /** `--post-self-attn-layernorm` (Megatron): a switch. */
  readonly postSelfAttnLayernorm?: boolean | undefined
  /** `--prefill-num-servers` (slime): a whole number. */
  readonly prefillNumServers?: number | undefined
  /** `--pretrained-checkpoint` (Megatron): text. */
  readonly pretrainedCheckpoint?: string | undefined
  /** `--profile` (Megatron): a switch. */
  readonly profile?: boolean | undefined
  /** `--profile-ranks` (Megatron): one or more, each a whole number. */
  readonly profileRanks?: readonly number[] | undefined
  /** `--profile-step-end` (Megatron): a whole number. */
  readonly profileStepEnd?: number | undefined
  /** `--profile-step-start` (Megatron): a whole number. */
  readonly profileStepStart?: number | undefined
  /** `--profile-target` (slime): one or more, each one of train_overall, train_actor, train_log_probs. */
  readonly profileTarget?: readonly ('train_overall' | 'train_actor' | 'train_log_probs')[] | undefined
  /** `--prompt-data` (slime): text. */
  readonly promptData?: string | undefined
  /** `--q-lora-rank` (Megatron): a whole number. */
  readonly qLoraRank?: number | undefined
  /** `--qk-clip` (Megatron): a switch. */
  readonly qkClip?: boolean | undefined
  /** `--qk-clip-alpha` (Megatron): a number. */
  readonly qkClipAlpha?: number | undefined
  /** `--qk-clip-threshold` (Megatron): a number. */
  readonly qkClipThreshold?: number | undefined
  /** `--qk-head-dim` (Megatron): a whole number. */
  readonly qkHeadDim?: number | undefined
  /** `--qk-l2-norm` (Megatron): a switch. */
  readonly qkL2Norm?: boolean | undefined
  /** `--qk-layernorm` (Megatron): a switch. */
  readonly qkLayernorm?: boolean | undefined
  /** `--qk-pos-emb-head-dim` (Megatron): a whole number. */
  readonly qkPosEmbHeadDim?: number | undefined
  /** `--query-in-block-prob` (Megatron): a number. */
  readonly queryInBlockProb?: number | undefined
  /** `--quick-geglu` (Megatron): a switch. */
  readonly quickGeglu?: boolean | undefined
  /** `--qwen-gdn-backend` (slime): one of fla, flashqla. */
  readonly qwenGdnBackend?: 'fla' | 'flashqla' | undefined
  /** `--rampup-batch-size` (Megatron): 3, each a whole number. */
  readonly rampupBatchSize?: readonly [number, number, number] | undefined
  /** `--recompute-activations` (Megatron): a switch. */
  readonly recomputeActivations?: boolean | undefined
  /** `--recompute-granularity` (Megatron): one of full, selective. */
  readonly recomputeGranularity?: 'full' | 'selective' | undefined
  /** `--recompute-loss-function` (slime): a switch. */
  readonly recomputeLossFunction?: boolean | undefined
  /** `--recompute-method` (Megatron): one of uniform, block. */
  readonly recomputeMethod?: 'uniform' | 'block' | undefined
  /** `--recompute-modules` (Megatron): one or more, each text. */
  readonly recomputeModules?: readonly string[] | undefined
  /** `--recompute-num-layers` (Megatron): a whole number. */
  readonly recomputeNumLayers?: number | undefined
  /** `--record-memory-history` (Megatron): a switch. */
  readonly recordMemoryHistory?: boolean | undefined
  /** `--ref-ckpt-step` (slime): a whole number. */
  readonly refCkptStep?: number | undefined
  /** `--ref-load` (slime): text. */
  readonly refLoad?: string | undefined
  /** `--ref-update-interval` (slime): a whole number. */
  readonly refUpdateInterval?: number | undefined
  /** `--refit-method` (Megatron): one of nccl, gloo. */
  readonly refitMethod?: 'nccl' | 'gloo' | undefined
  /** `--relative-attention-max-distance` (Megatron): a whole number. */
  readonly relativeAttentionMaxDistance?: number | undefined
  /** `--relative-attention-num-buckets` (Megatron): a whole number. */
  readonly relativeAttentionNumBuckets?: number | undefined
  /** `--release-train` (slime): a switch. */
  readonly releaseTrain?: boolean | undefined
  /** `--replication` (Megatron): a switch. */
  readonly replication?: boolean | undefined
  /** `--replication-factor` (Megatron): a whole number. */
  readonly replicationFactor?: number | undefined
  /** `--replication-jump` (Megatron): a whole number. */
  readonly replicationJump?: number | undefined
  /** `--rerun-mode` (Megatron): one of disabled, validate_results, report_stats. */
  readonly rerunMode?: 'disabled' | 'validate_results' | 'report_stats' | undefined
  /** `--reset-attention-mask` (Megatron): a switch. */
  readonly resetAttentionMask?: boolean | undefined
  /** `--reset-optimizer-states` (slime): a switch. */
  readonly resetOptimizerStates?: boolean | undefined
  /** `--reset-position-ids` (Megatron): a switch. */
  readonly resetPositionIds?: boolean | undefined
  /** `--result-rejected-tracker-filename` (Megatron): text. */
  readonly resultRejectedTrackerFilename?: string | undefined
  /** `--retriever-report-topk-accuracies` (Megatron): one or more, each a whole number. */
  readonly retrieverReportTopkAccuracies?: readonly number[] | undefined
  /** `--retriever-score-scaling` (Megatron): a switch. */
  readonly retrieverScoreScaling?: boolean | undefined
  /** `--reuse-grad-buf-for-mxfp8-param-ag` (Megatron): a switch. */
  readonly reuseGradBufForMxfp8ParamAg?: boolean | undefined
  /** `--reward-key` (slime): text. */
  readonly rewardKey?: string | undefined
  /** `--rl-calculate-intra-group-similarity` (Megatron): a switch. */
  readonly rlCalculateIntraGroupSimilarity?: boolean | undefined
  /** `--rl-default-temperature` (Megatron): a number. */
  readonly rlDefaultTemperature?: number | undefined
  /** `--rl-default-top-k` (Megatron): a whole number. */
  readonly rlDefaultTopK?: number | undefined
  /** `--rl-default-top-p` (Megatron): a number. */
  readonly rlDefaultTopP?: number | undefined
  /** `--rl-importance-sampling-truncation-coef` (Megatron): a number. */
  readonly rlImportanceSamplingTruncationCoef?: number | undefined
  /** `--rl-inference-expert-model-parallel-size` (Megatron): a whole number. */
  readonly rlInferenceExpertModelParallelSize?: number | undefined
  /** `--rl-inference-expert-tensor-model-parallel-size` (Megatron): a whole number. */
  readonly rlInferenceExpertTensorModelParallelSize?: number | undefined
  /** `--rl-inference-logprobs-is-correction` (Megatron): a switch. */
  readonly rlInferenceLogprobsIsCorrection?: boolean | undefined
  /** `--rl-inference-model-unified-memory-level` (Megatron): one of 0, 1. */
  readonly rlInferenceModelUnifiedMemoryLevel?: 0 | 1 | undefined
  /** `--rl-inference-pipeline-model-parallel-size` (Megatron): a whole number. */
  readonly rlInferencePipelineModelParallelSize?: number | undefined
  /** `--rl-inference-tensor-model-parallel-size` (Megatron): a whole number. */
  readonly rlInferenceTensorModelParallelSize?: number | undefined
  /** `--rl-offload-inference-model-weights-when-idle` (Megatron): a switch. */
  readonly rlOffloadInferenceModelWeightsWhenIdle?: boolean | undefined
  /** `--rl-offload-kv-cache-during-training` (Megatron): a switch. */
  readonly rlOffloadKvCacheDuringTraining?: boolean | undefined
  /** `--rl-offload-optimizer-during-inference` (Megatron): a switch. */
  readonly rlOffloadOptimizerDuringInference?: boolean | undefined
  /** `--rl-parallel-generation-tasks` (Megatron): a whole number. */
  readonly rlParallelGenerationTasks?: number | undefined
  /** `--rl-partial-rollouts` (Megatron): a switch. */
  readonly rlPartialRollouts?: boolean | undefined
  /** `--rl-prompts-per-eval` (Megatron): a whole number. */
  readonly rlPromptsPerEval?: number | undefined
  /** `--rl-remove-kv-cache-during-training` (Megatron): a switch. */
  readonly rlRemoveKvCacheDuringTraining?: boolean | undefined
  /** `--rl-reset-cuda-graphs` (Megatron): a switch. */
  readonly rlResetCudaGraphs?: boolean | undefined
  /** `--rl-sequence-packing-algo` (Megatron): one of fifo, round-robin. */
  readonly rlSequencePackingAlgo?: 'fifo' | 'round-robin' | undefined
  /** `--rl-sequence-packing-max-sequences-per-bin` (Megatron): a whole number. */
  readonly rlSequencePackingMaxSequencesPerBin?: number | undefined
  /** `--rl-skip-bos-token` (Megatron): a switch. */
  readonly rlSkipBosToken?: boolean | undefined
  /** `--rl-training-cuda-graphs` (Megatron): a switch. */
  readonly rlTrainingCudaGraphs?: boolean | undefined
  /** `--rl-use-sequence-packing` (Megatron): a switch. */
  readonly rlUseSequencePacking?: boolean | undefined
  /** `--rl-verify-model-weights-swap` (Megatron): a switch. */
  readonly rlVerifyModelWeightsSwap?: boolean | undefined
  /** `--rm-type` (slime): text. */
  readonly rmType?: string | undefined
  /** `--rm-url` (slime): text. */
  readonly rmUrl?: string | undefined
  /** `--rollout-all-samples-process-path` (slime): text. */
  readonly rolloutAllSamplesProcessPath?: string | undefined
  /** `--rollout-batch-size` (slime): a whole number. */
  readonly rolloutBatchSize?: number | undefined
  /** `--rollout-buffer-url` (slime): text. */
  readonly rolloutBufferUrl?: string | undefined
  /** `--rollout-data-postprocess-path` (slime): text. */
  readonly rolloutDataPostprocessPath?: string | undefined
  /** `--rollout-data-transport` (slime): one of object-store, nixl. */
  readonly rolloutDataTransport?: 'object-store' | 'nixl' | undefined
  /** `--rollout-external-engine-addrs` (slime): one or more, each text. */
  readonly rolloutExternalEngineAddrs?: readonly string[] | undefined
  /** `--rollout-function-path` (slime): text. */
  readonly rolloutFunctionPath?: string | undefined
  /** `--rollout-health-check-first-wait` (slime): a number. */
  readonly rolloutHealthCheckFirstWait?: number | undefined
  /** `--rollout-health-check-interval` (slime): a number. */
  readonly rolloutHealthCheckInterval?: number | undefined
  /** `--rollout-health-check-timeout` (slime): a number. */
  readonly rolloutHealthCheckTimeout?: number | undefined
  /** `--rollout-max-context-len` (slime): a whole number. */
  readonly rolloutMaxContextLen?: number | undefined
  /** `--rollout-max-prompt-len` (slime): a whole number. */
  readonly rolloutMaxPromptLen?: number | undefined
  /** `--rollout-max-response-len` (slime): a whole number. */
  readonly rolloutMaxResponseLen?: number | undefined
  /** `--rollout-num-gpus` (slime): a whole number. */
  readonly rolloutNumGpus?: number | undefined
  /** `--rollout-num-gpus-per-engine` (slime): a whole number. */
  readonly rolloutNumGpusPerEngine?: number | undefined
  /** `--rollout-sample-filter-path` (slime): text. */
  readonly rolloutSampleFilterPath?: string | undefined
  /** `--rollout-sample-hook-path` (slime): text. */
  readonly rolloutSampleHookPath?: string | number | undefined
  /** `--rollout-seed` (slime): a whole number. */
  readonly rolloutSeed?: number | undefined
  /** `--rollout-shuffle` (slime): a switch. */
  readonly rolloutShuffle?: boolean | undefined
  /** `--rollout-skip-special-tokens` (slime): a switch. */
  readonly rolloutSkipSpecialTokens?: boolean | undefined
  /** `--rollout-stop` (slime): one or more, each text. */
  readonly rolloutStop?: readonly string[] | undefined
  /** `--rollout-stop-token-ids` (slime): one or more, each a whole number. */
  readonly rolloutStopTokenIds?: readonly number[] | undefined
  /** `--rollout-task-type` (slime): text. */
  readonly rolloutTaskType?: string | undefined
  /** `--rollout-temperature` (slime): a number. */
  readonly rolloutTemperature?: number | undefined
  /** `--rollout-top-k` (slime): a whole number. */
  readonly rolloutTopK?: number | undefined
  /** `--rollout-top-p` (slime): a number. */
  readonly rolloutTopP?: number | undefined
  /** `--rope-scaling-factor` (Megatron): a number. */
  readonly ropeScalingFactor?: number | undefined
  /** `--rope-type` (Megatron): one of rope, yarn. */
  readonly ropeType?: 'rope' | 'yarn' | undefined
  /** `--rotary-base` (Megatron): a whole number. */
  readonly rotaryBase?: number | undefined
  /** `--rotary-interleaved` (Megatron): a switch. */
  readonly rotaryInterleaved?: boolean | undefined
  /** `--rotary-percent` (Megatron): a number. */
  readonly rotaryPercent?: number | undefined
  /** `--rotary-scaling-factor` (Megatron): a number. */
  readonly rotaryScalingFactor?: number | undefined
  /** `--rotary-seq-len-interpolation-factor` (Megatron): a whole number. */
  readonly rotarySeqLenInterpolationFactor?: number | undefined
  /** `--router-balance-abs-threshold` (SGLang): a whole number. */
  readonly routerBalanceAbsThreshold?: number | undefined
  /** `--router-policy` (SGLang): text. */
  readonly routerPolicy?: string | undefined
  /** `--run-workload-inspector-server` (Megatron): a switch. */
  readonly runWorkloadInspectorServer?: boolean | undefined
  /** `--sample-rate` (Megatron): a number. */
  readonly sampleRate?: number | undefined
  /** `--save` (Megatron): text. */
  readonly save?: string | undefined
  /** `--save-debug-rollout-data` (slime): text. */
  readonly saveDebugRolloutData?: string | undefined
  /** `--save-debug-train-data` (slime): text. */
  readonly saveDebugTrainData?: string | undefined
  /** `--save-dgrads-interval` (Megatron): a whole number. */
  readonly saveDgradsInterval?: number | undefined
  /** `--save-hf` (slime): text. */
  readonly saveHf?: string | undefined
  /** `--save-interval` (Megatron): a whole number. */
  readonly saveInterval?: number | undefined
  /** `--save-retain-interval` (Megatron): a whole number. */
  readonly saveRetainInterval?: number | undefined
  /** `--save-wgrads-interval` (Megatron): a whole number. */
  readonly saveWgradsInterval?: number | undefined
  /** `--seed` (Megatron): a whole number. */
  readonly seed?: number | undefined
  /** `--seq-length` (Megatron): a whole number. */
  readonly seqLength?: number | undefined
  /** `--sequence-parallel` (Megatron): a switch. */
  readonly sequenceParallel?: boolean | undefined
  /** `--sft` (Megatron): a switch. */
  readonly sft?: boolean | undefined
  /** `--sft-tokenizer-prompt-format` (Megatron): text. */
  readonly sftTokenizerPromptFormat?: string | undefined
  /** `--sgd-momentum` (Megatron): a number. */
  readonly sgdMomentum?: number | undefined
  /** `--sglang-abort-on-priority-when-disabled` (SGLang): a switch. */
  readonly sglangAbortOnPriorityWhenDisabled?: boolean | undefined
  /** `--sglang-admin-api-key` (SGLang): text. */
  readonly sglangAdminApiKey?: string | undefined
  /** `--sglang-allow-auto-truncate` (SGLang): a switch. */
  readonly sglangAllowAutoTruncate?: boolean | undefined
  /** `--sglang-api-key` (SGLang): text. */
  readonly sglangApiKey?: string | undefined
  /** `--sglang-asr-max-buffer-seconds` (SGLang): a whole number. */
  readonly sglangAsrMaxBufferSeconds?: number | undefined
  /** `--sglang-asr-max-concurrent-sessions` (SGLang): a whole number. */
  readonly sglangAsrMaxConcurrentSessions?: number | undefined
  /** `--sglang-attention-backend` (SGLang): one of triton, torch_native, flex_attention, dsa, nsa, dsv4, compressed, cutlass_mla, fa3, fa4, flashinfer, flashmla, trtllm_mla, cutedsl_mla, tokenspeed_mla, trtllm_mha, dual_chunk_flash_attn, aiter, wave, intel_amx, ascend, intel_xpu. */
  readonly sglangAttentionBackend?: 'triton' | 'torch_native' | 'flex_attention' | 'dsa' | 'nsa' | 'dsv4' | 'compressed' | 'cutlass_mla' | 'fa3' | 'fa4' | 'flashinfer' | 'flashmla' | 'trtllm_mla' | 'cutedsl_mla' | 'tokenspeed_mla' | 'trtllm_mha' | 'dual_chunk_flash_attn' | 'aiter' | 'wave' | 'intel_amx' | 'ascend' | 'intel_xpu' | undefined
  /** `--sglang-attn-cp-size` (SGLang): a whole number. */
  readonly sglangAttnCpSize?: number | undefined
  /** `--sglang-batch-notify-size` (SGLang): a whole number. */
  readonly sglangBatchNotifySize?: number | undefined
  /** `--sglang-bf16-gemm-backend` (SGLang): one of auto, cutedsl. */
  readonly sglangBf16GemmBackend?: 'auto' | 'cutedsl' | undefined
  /** `--sglang-bucket-e2e-request-latency` (SGLang): one or more, each a number. */
  readonly sglangBucketE2eRequestLatency?: readonly number[] | undefined
  /** `--sglang-bucket-inter-token-latency` (SGLang): one or more, each a number. */
  readonly sglangBucketInterTokenLatency?: readonly number[] | undefined
  /** `--sglang-bucket-time-to-first-token` (SGLang): one or more, each a number. */
  readonly sglangBucketTimeToFirstToken?: readonly number[] | undefined
  /** `--sglang-chat-template` (SGLang): text. */
  readonly sglangChatTemplate?: string | undefined
  /** `--sglang-checkpoint-engine-wait-weights-before-ready` (SGLang): a switch. */
  readonly sglangCheckpointEngineWaitWeightsBeforeReady?: boolean | undefined
  /** `--sglang-chunked-prefill-size` (SGLang): a whole number. */
  readonly sglangChunkedPrefillSize?: number | undefined
  /** `--sglang-completion-template` (SGLang): text. */
  readonly sglangCompletionTemplate?: string | undefined
  /** `--sglang-config` (slime): text. */
  readonly sglangConfig?: string | undefined
  /** `--sglang-constrained-json-disable-any-whitespace` (SGLang): a switch. */
  readonly sglangConstrainedJsonDisableAnyWhitespace?: boolean | undefined
  /** `--sglang-constrained-json-whitespace-pattern` (SGLang): text. */
  readonly sglangConstrainedJsonWhitespacePattern?: string | undefined
  /** `--sglang-context-length` (SGLang): a whole number. */
  readonly sglangContextLength?: number | undefined
  /** `--sglang-cp-strategy` (SGLang): one of zigzag, interleave. */
  readonly sglangCpStrategy?: 'zigzag' | 'interleave' | undefined
  /** `--sglang-cpu-offload-gb` (SGLang): a whole number. */
  readonly sglangCpuOffloadGb?: number | undefined
  /** `--sglang-crash-dump-folder` (SGLang): text. */
  readonly sglangCrashDumpFolder?: string | undefined
  /** `--sglang-cuda-graph-backend-decode` (SGLang): one of full, breakable, tc_piecewise, disabled. */
  readonly sglangCudaGraphBackendDecode?: 'full' | 'breakable' | 'tc_piecewise' | 'disabled' | undefined
  /** `--sglang-cuda-graph-backend-prefill` (SGLang): one of full, breakable, tc_piecewise, disabled. */
  readonly sglangCudaGraphBackendPrefill?: 'full' | 'breakable' | 'tc_piecewise' | 'disabled' | undefined
  /** `--sglang-cuda-graph-bs` (SGLang): one or more, each a whole number. */
  readonly sglangCudaGraphBs?: readonly number[] | undefined
  /** `--sglang-cuda-graph-bs-decode` (SGLang): one or more, each a whole number. */
  readonly sglangCudaGraphBsDecode?: readonly number[] | undefined
  /** `--sglang-cuda-graph-bs-prefill` (SGLang): one or more, each a whole number. */
  readonly sglangCudaGraphBsPrefill?: readonly number[] | undefined
  /** `--sglang-cuda-graph-config` (SGLang): text. */
  readonly sglangCudaGraphConfig?: string | number | undefined
  /** `--sglang-cuda-graph-max-bs` (SGLang): a whole number. */
  readonly sglangCudaGraphMaxBs?: number | undefined
  /** `--sglang-cuda-graph-max-bs-decode` (SGLang): a whole number. */
  readonly sglangCudaGraphMaxBsDecode?: number | undefined
  /** `--sglang-cuda-graph-max-bs-prefill` (SGLang): a whole number. */
  readonly sglangCudaGraphMaxBsPrefill?: number | undefined
  /** `--sglang-cuda-graph-tc-compiler` (SGLang): one of eager, inductor. */
  readonly sglangCudaGraphTcCompiler?: 'eager' | 'inductor' | undefined
  /** `--sglang-custom-pull-weights-pre-read-hook` (SGLang): text. */
  readonly sglangCustomPullWeightsPreReadHook?: string | undefined
  /** `--sglang-custom-weight-loader` (SGLang): any number, each text. */
  readonly sglangCustomWeightLoader?: readonly string[] | undefined
  /** `--sglang-dcp-size` (SGLang): a whole number. */
  readonly sglangDcpSize?: number | undefined
  /** `--sglang-debug-cuda-graph` (SGLang): a switch. */
  readonly sglangDebugCudaGraph?: boolean | undefined
  /** `--sglang-debug-tensor-dump-input-file` (SGLang): text. */
  readonly sglangDebugTensorDumpInputFile?: string | undefined
  /** `--sglang-debug-tensor-dump-layers` (SGLang): one or more, each a whole number. */
  readonly sglangDebugTensorDumpLayers?: readonly number[] | undefined
  /** `--sglang-debug-tensor-dump-output-folder` (SGLang): text. */
  readonly sglangDebugTensorDumpOutputFolder?: string | undefined
  /** `--sglang-decode-attention-backend` (SGLang): one of triton, torch_native, flex_attention, dsa, nsa, dsv4, compressed, cutlass_mla, fa3, fa4, flashinfer, flashmla, trtllm_mla, cutedsl_mla, tokenspeed_mla, trtllm_mha, dual_chunk_flash_attn, aiter, wave, intel_amx, ascend, intel_xpu. */
  readonly sglangDecodeAttentionBackend?: 'triton' | 'torch_native' | 'flex_attention' | 'dsa' | 'nsa' | 'dsv4' | 'compressed' | 'cutlass_mla' | 'fa3' | 'fa4' | 'flashinfer' | 'flashmla' | 'trtllm_mla' | 'cutedsl_mla' | 'tokenspeed_mla' | 'trtllm_mha' | 'dual_chunk_flash_attn' | 'aiter' | 'wave' | 'intel_amx' | 'ascend' | 'intel_xpu' | undefined
  /** `--sglang-decode-log-interval` (SGLang): a whole number. */
  readonly sglangDecodeLogInterval?: number | undefined
  /** `--sglang-decoupled-spec-bind-endpoint` (SGLang): text. */
  readonly sglangDecoupledSpecBindEndpoint?: string | undefined
  /** `--sglang-decoupled-spec-connect-endpoints` (SGLang): text. */
  readonly sglangDecoupledSpecConnectEndpoints?: string | number | undefined
  /** `--sglang-decoupled-spec-rank` (SGLang): a whole number. */
  readonly sglangDecoupledSpecRank?: number | undefined
  /** `--sglang-decoupled-spec-role` (SGLang): one of null, verifier, drafter. */
  readonly sglangDecoupledSpecRole?: 'null' | 'verifier' | 'drafter' | undefined
  /** `--sglang-decrypted-config-file` (SGLang): text. */
  readonly sglangDecryptedConfigFile?: string | undefined
  /** `--sglang-decrypted-draft-config-file` (SGLang): text. */
  readonly sglangDecryptedDraftConfigFile?: string | undefined
  /** `--sglang-deepep-config` (SGLang): text. */
  readonly sglangDeepepConfig?: string | undefined
  /** `--sglang-deepep-dispatcher-output-dtype` (SGLang): one of auto, bf16, fp8, int8, nvfp4. */
  readonly sglangDeepepDispatcherOutputDtype?: 'auto' | 'bf16' | 'fp8' | 'int8' | 'nvfp4' | undefined
  /** `--sglang-deepep-mode` (SGLang): one of auto, normal, low_latency. */
  readonly sglangDeepepMode?: 'auto' | 'normal' | 'low_latency' | undefined
  /** `--sglang-default-priority-value` (SGLang): a whole number. */
  readonly sglangDefaultPriorityValue?: number | undefined
  /** `--sglang-delete-ckpt-after-loading` (SGLang): a switch. */
  readonly sglangDeleteCkptAfterLoading?: boolean | undefined
  /** `--sglang-detokenizer-worker-num` (SGLang): a whole number. */
  readonly sglangDetokenizerWorkerNum?: number | undefined
  /** `--sglang-device` (SGLang): text. */
  readonly sglangDevice?: string | undefined
  /** `--sglang-disable-attn-tp-gather` (SGLang): a switch. */
  readonly sglangDisableAttnTpGather?: boolean | undefined
  /** `--sglang-disable-chunked-prefix-cache` (SGLang): a switch. */
  readonly sglangDisableChunkedPrefixCache?: boolean | undefined
  /** `--sglang-disable-cuda-graph-padding` (SGLang): a switch. */
  readonly sglangDisableCudaGraphPadding?: boolean | undefined
  /** `--sglang-disable-custom-all-reduce` (SGLang): a switch. */
  readonly sglangDisableCustomAllReduce?: boolean | undefined
  /** `--sglang-disable-decode-cuda-graph` (SGLang): a switch. */
  readonly sglangDisableDecodeCudaGraph?: boolean | undefined
  /** `--sglang-disable-fast-image-processor` (SGLang): a switch. */
  readonly sglangDisableFastImageProcessor?: boolean | undefined
  /** `--sglang-disable-flashinfer-autotune` (SGLang): a switch. */
  readonly sglangDisableFlashinferAutotune?: boolean | undefined
  /** `--sglang-disable-flashinfer-cutlass-moe-fp4-allgather` (SGLang): a switch. */
  readonly sglangDisableFlashinferCutlassMoeFp4Allgather?: boolean | undefined
  /** `--sglang-disable-hybrid-swa-memory` (SGLang): a switch. */
  readonly sglangDisableHybridSwaMemory?: boolean | undefined
  /** `--sglang-disable-outlines-disk-cache` (SGLang): a switch. */
  readonly sglangDisableOutlinesDiskCache?: boolean | undefined
  /** `--sglang-disable-overlap-schedule` (SGLang): a switch. */
  readonly sglangDisableOverlapSchedule?: boolean | undefined
  /** `--sglang-disable-prefill-cuda-graph` (SGLang): a switch. */
  readonly sglangDisablePrefillCudaGraph?: boolean | undefined
  /** `--sglang-disable-priority-preemption` (SGLang): a switch. */
  readonly sglangDisablePriorityPreemption?: boolean | undefined
  /** `--sglang-disable-radix-cache` (SGLang): a switch. */
  readonly sglangDisableRadixCache?: boolean | undefined
  /** `--sglang-disable-shared-experts-fusion` (SGLang): a switch. */
  readonly sglangDisableSharedExpertsFusion?: boolean | undefined
  /** `--sglang-disable-tokenizer-batch-decode` (SGLang): a switch. */
  readonly sglangDisableTokenizerBatchDecode?: boolean | undefined
  /** `--sglang-disaggregation-bootstrap-port` (SGLang): a whole number. */
  readonly sglangDisaggregationBootstrapPort?: number | undefined
  /** `--sglang-disaggregation-decode-enable-offload-kvcache` (SGLang): a switch. */
  readonly sglangDisaggregationDecodeEnableOffloadKvcache?: boolean | undefined
  /** `--sglang-disaggregation-decode-enable-radix-cache` (SGLang): a switch. */
  readonly sglangDisaggregationDecodeEnableRadixCache?: boolean | undefined
  /** `--sglang-disaggregation-decode-extra-slots` (SGLang): a whole number. */
  readonly sglangDisaggregationDecodeExtraSlots?: number | undefined
  /** `--sglang-disaggregation-decode-polling-interval` (SGLang): a whole number. */
  readonly sglangDisaggregationDecodePollingInterval?: number | undefined
  /** `--sglang-disaggregation-ib-device` (SGLang): text. */
  readonly sglangDisaggregationIbDevice?: string | undefined
  /** `--sglang-disaggregation-mode` (SGLang): one of null, prefill, decode. */
  readonly sglangDisaggregationMode?: 'null' | 'prefill' | 'decode' | undefined
  /** `--sglang-disaggregation-transfer-backend` (SGLang): one of mooncake, nixl, ascend, fake, mori, mooncake_tcp. */
  readonly sglangDisaggregationTransferBackend?: 'mooncake' | 'nixl' | 'ascend' | 'fake' | 'mori' | 'mooncake_tcp' | undefined
  /** `--sglang-dist-timeout` (SGLang): a whole number. */
  readonly sglangDistTimeout?: number | undefined
  /** `--sglang-dllm-algorithm` (SGLang): text. */
  readonly sglangDllmAlgorithm?: string | undefined
  /** `--sglang-dllm-algorithm-config` (SGLang): text. */
  readonly sglangDllmAlgorithmConfig?: string | undefined
  /** `--sglang-download-dir` (SGLang): text. */
  readonly sglangDownloadDir?: string | undefined
  /** `--sglang-dp-size` (SGLang): a whole number. */
  readonly sglangDpSize?: number | undefined
  /** `--sglang-dsa-decode-backend` (SGLang): one of flashmla_sparse, flashmla_kv, flashmla_auto, fa3, tilelang, aiter, trtllm. */
  readonly sglangDsaDecodeBackend?: 'flashmla_sparse' | 'flashmla_kv' | 'flashmla_auto' | 'fa3' | 'tilelang' | 'aiter' | 'trtllm' | undefined
  /** `--sglang-dsa-paged-mqa-logits-backend` (SGLang): one of auto, deepgemm, cutedsl, aiter. */
  readonly sglangDsaPagedMqaLogitsBackend?: 'auto' | 'deepgemm' | 'cutedsl' | 'aiter' | undefined
  /** `--sglang-dsa-prefill-backend` (SGLang): one of flashmla_sparse, flashmla_kv, flashmla_auto, fa3, tilelang, aiter, trtllm. */
  readonly sglangDsaPrefillBackend?: 'flashmla_sparse' | 'flashmla_kv' | 'flashmla_auto' | 'fa3' | 'tilelang' | 'aiter' | 'trtllm' | undefined
  /** `--sglang-dsa-topk-backend` (SGLang): one of sgl-kernel, torch, flashinfer. */
  readonly sglangDsaTopkBackend?: 'sgl-kernel' | 'torch' | 'flashinfer' | undefined
  /** `--sglang-dtype` (SGLang): one of auto, half, float16, bfloat16, float, float32. */
  readonly sglangDtype?: 'auto' | 'half' | 'float16' | 'bfloat16' | 'float' | 'float32' | undefined
  /** `--sglang-dynamic-batch-tokenizer-batch-size` (SGLang): a whole number. */
  readonly sglangDynamicBatchTokenizerBatchSize?: number | undefined
  /** `--sglang-dynamic-batch-tokenizer-batch-timeout` (SGLang): a number. */
  readonly sglangDynamicBatchTokenizerBatchTimeout?: number | undefined
  /** `--sglang-elastic-ep-backend` (SGLang): one of none, mooncake, nixl. */
  readonly sglangElasticEpBackend?: 'none' | 'mooncake' | 'nixl' | undefined
  /** `--sglang-elastic-ep-rejoin` (SGLang): a switch. */
  readonly sglangElasticEpRejoin?: boolean | undefined
  /** `--sglang-enable-adaptive-dispatch-to-encoder` (SGLang): a switch. */
  readonly sglangEnableAdaptiveDispatchToEncoder?: boolean | undefined
  /** `--sglang-enable-aiter-allreduce-fusion` (SGLang): a switch. */
  readonly sglangEnableAiterAllreduceFusion?: boolean | undefined
  /** `--sglang-enable-attn-tp-input-scattered` (SGLang): a switch. */
  readonly sglangEnableAttnTpInputScattered?: boolean | undefined
  /** `--sglang-enable-broadcast-mm-inputs-process` (SGLang): a switch. */
  readonly sglangEnableBroadcastMmInputsProcess?: boolean | undefined
  /** `--sglang-enable-cache-report` (SGLang): a switch. */
  readonly sglangEnableCacheReport?: boolean | undefined
  /** `--sglang-enable-cudagraph-gc` (SGLang): a switch. */
  readonly sglangEnableCudagraphGc?: boolean | undefined
  /** `--sglang-enable-custom-logit-processor` (SGLang): a switch. */
  readonly sglangEnableCustomLogitProcessor?: boolean | undefined
  /** `--sglang-enable-deepep-waterfill` (SGLang): a switch. */
  readonly sglangEnableDeepepWaterfill?: boolean | undefined
  /** `--sglang-enable-deepseek-v4-fp4-indexer` (SGLang): a switch. */
  readonly sglangEnableDeepseekV4Fp4Indexer?: boolean | undefined
  /** `--sglang-enable-deterministic-inference` (SGLang): a switch. */
  readonly sglangEnableDeterministicInference?: boolean | undefined
  /** `--sglang-enable-dp-attention` (SGLang): a switch. */
  readonly sglangEnableDpAttention?: boolean | undefined
  /** `--sglang-enable-dp-attention-local-control-broadcast` (SGLang): a switch. */
  readonly sglangEnableDpAttentionLocalControlBroadcast?: boolean | undefined
  /** `--sglang-enable-dp-lm-head` (SGLang): a switch. */
  readonly sglangEnableDpLmHead?: boolean | undefined
  /** `--sglang-enable-draft-weights-cpu-backup` (SGLang): a switch. */
  readonly sglangEnableDraftWeightsCpuBackup?: boolean | undefined
  /** `--sglang-enable-dynamic-batch-tokenizer` (SGLang): a switch. */
  readonly sglangEnableDynamicBatchTokenizer?: boolean | undefined
  /** `--sglang-enable-dynamic-chunking` (SGLang): a switch. */
  readonly sglangEnableDynamicChunking?: boolean | undefined
  /** `--sglang-enable-elastic-expert-backup` (SGLang): a switch. */
  readonly sglangEnableElasticExpertBackup?: boolean | undefined
  /** `--sglang-enable-eplb` (SGLang): a switch. */
  readonly sglangEnableEplb?: boolean | undefined
  /** `--sglang-enable-expert-distribution-metrics` (SGLang): a switch. */
  readonly sglangEnableExpertDistributionMetrics?: boolean | undefined
  /** `--sglang-enable-flashinfer-allreduce-fusion` (SGLang): a switch. */
  readonly sglangEnableFlashinferAllreduceFusion?: boolean | undefined
  /** `--sglang-enable-forward-pass-metrics` (SGLang): a switch. */
  readonly sglangEnableForwardPassMetrics?: boolean | undefined
  /** `--sglang-enable-fp32-lm-head` (SGLang): a switch. */
  readonly sglangEnableFp32LmHead?: boolean | undefined
  /** `--sglang-enable-fp32-moe-router` (SGLang): a switch. */
  readonly sglangEnableFp32MoeRouter?: boolean | undefined
  /** `--sglang-enable-fused-moe-sum-all-reduce` (SGLang): a switch. */
  readonly sglangEnableFusedMoeSumAllReduce?: boolean | undefined
  /** `--sglang-enable-fused-qk-norm-rope` (SGLang): a switch. */
  readonly sglangEnableFusedQkNormRope?: boolean | undefined
  /** `--sglang-enable-hierarchical-cache` (SGLang): a switch. */
  readonly sglangEnableHierarchicalCache?: boolean | undefined
  /** `--sglang-enable-hisparse` (SGLang): a switch. */
  readonly sglangEnableHisparse?: boolean | undefined
  /** `--sglang-enable-http2` (SGLang): a switch. */
  readonly sglangEnableHttp2?: boolean | undefined
  /** `--sglang-enable-int8-mamba-checkpoint` (SGLang): a switch. */
  readonly sglangEnableInt8MambaCheckpoint?: boolean | undefined
  /** `--sglang-enable-layerwise-nvtx-marker` (SGLang): a switch. */
  readonly sglangEnableLayerwiseNvtxMarker?: boolean | undefined
  /** `--sglang-enable-linear-replayssm` (SGLang): a switch. */
  readonly sglangEnableLinearReplayssm?: boolean | undefined
  /** `--sglang-enable-lmcache` (SGLang): a switch. */
  readonly sglangEnableLmcache?: boolean | undefined
  /** `--sglang-enable-lora` (SGLang): a switch. */
  readonly sglangEnableLora?: boolean | undefined
  /** `--sglang-enable-lora-overlap-loading` (SGLang): a switch. */
  readonly sglangEnableLoraOverlapLoading?: boolean | undefined
  /** `--sglang-enable-mamba-cache-stochastic-rounding` (SGLang): a switch. */
  readonly sglangEnableMambaCacheStochasticRounding?: boolean | undefined
  /** `--sglang-enable-metrics` (SGLang): a switch. */
  readonly sglangEnableMetrics?: boolean | undefined
  /** `--sglang-enable-metrics-for-all-schedulers` (SGLang): a switch. */
  readonly sglangEnableMetricsForAllSchedulers?: boolean | undefined
  /** `--sglang-enable-mfu-metrics` (SGLang): a switch. */
  readonly sglangEnableMfuMetrics?: boolean | undefined
  /** `--sglang-enable-mis` (SGLang): a switch. */
  readonly sglangEnableMis?: boolean | undefined
  /** `--sglang-enable-mixed-chunk` (SGLang): a switch. */
  readonly sglangEnableMixedChunk?: boolean | undefined
  /** `--sglang-enable-mm-global-cache` (SGLang): a switch. */
  readonly sglangEnableMmGlobalCache?: boolean | undefined
  /** `--sglang-enable-mscclpp` (SGLang): a switch. */
  readonly sglangEnableMscclpp?: boolean | undefined
  /** `--sglang-enable-multi-layer-eagle` (SGLang): a switch. */
  readonly sglangEnableMultiLayerEagle?: boolean | undefined
  /** `--sglang-enable-multimodal` (SGLang): a switch. */
  readonly sglangEnableMultimodal?: boolean | undefined
  /** `--sglang-enable-nccl-nvls` (SGLang): a switch. */
  readonly sglangEnableNcclNvls?: boolean | undefined
  /** `--sglang-enable-p2p-check` (SGLang): a switch. */
  readonly sglangEnableP2pCheck?: boolean | undefined
  /** `--sglang-enable-page-major-kv-layout` (SGLang): a switch. */
  readonly sglangEnablePageMajorKvLayout?: boolean | undefined
  /** `--sglang-enable-pdmux` (SGLang): a switch. */
  readonly sglangEnablePdmux?: boolean | undefined
  /** `--sglang-enable-precise-embedding-interpolation` (SGLang): a switch. */
  readonly sglangEnablePreciseEmbeddingInterpolation?: boolean | undefined
  /** `--sglang-enable-prefill-cp` (SGLang): a switch. */
  readonly sglangEnablePrefillCp?: boolean | undefined
  /** `--sglang-enable-prefill-delayer` (SGLang): a switch. */
  readonly sglangEnablePrefillDelayer?: boolean | undefined
  /** `--sglang-enable-prefix-mm-cache` (SGLang): a switch. */
  readonly sglangEnablePrefixMmCache?: boolean | undefined
  /** `--sglang-enable-priority-scheduling` (SGLang): a switch. */
  readonly sglangEnablePriorityScheduling?: boolean | undefined
  /** `--sglang-enable-profile-cuda-graph` (SGLang): a switch. */
  readonly sglangEnableProfileCudaGraph?: boolean | undefined
  /** `--sglang-enable-quant-communications` (SGLang): a switch. */
  readonly sglangEnableQuantCommunications?: boolean | undefined
  /** `--sglang-enable-request-time-stats-logging` (SGLang): a switch. */
  readonly sglangEnableRequestTimeStatsLogging?: boolean | undefined
  /** `--sglang-enable-return-hidden-states` (SGLang): a switch. */
  readonly sglangEnableReturnHiddenStates?: boolean | undefined
  /** `--sglang-enable-return-indexer-topk` (SGLang): a switch. */
  readonly sglangEnableReturnIndexerTopk?: boolean | undefined
  /** `--sglang-enable-session-radix-cache` (SGLang): a switch. */
  readonly sglangEnableSessionRadixCache?: boolean | undefined
  /** `--sglang-enable-single-batch-overlap` (SGLang): a switch. */
  readonly sglangEnableSingleBatchOverlap?: boolean | undefined
  /** `--sglang-enable-ssl-refresh` (SGLang): a switch. */
  readonly sglangEnableSslRefresh?: boolean | undefined
  /** `--sglang-enable-streaming-session` (SGLang): a switch. */
  readonly sglangEnableStreamingSession?: boolean | undefined
  /** `--sglang-enable-strict-thinking` (SGLang): a switch. */
  readonly sglangEnableStrictThinking?: boolean | undefined
  /** `--sglang-enable-symm-mem` (SGLang): a switch. */
  readonly sglangEnableSymmMem?: boolean | undefined
  /** `--sglang-enable-tf32-matmul` (SGLang): a switch. */
  readonly sglangEnableTf32Matmul?: boolean | undefined
  /** `--sglang-enable-tokenizer-batch-encode` (SGLang): a switch. */
  readonly sglangEnableTokenizerBatchEncode?: boolean | undefined
  /** `--sglang-enable-torch-compile` (SGLang): a switch. */
  readonly sglangEnableTorchCompile?: boolean | undefined
  /** `--sglang-enable-torch-compile-debug-mode` (SGLang): a switch. */
  readonly sglangEnableTorchCompileDebugMode?: boolean | undefined
  /** `--sglang-enable-torch-symm-mem` (SGLang): a switch. */
  readonly sglangEnableTorchSymmMem?: boolean | undefined
  /** `--sglang-enable-trace` (SGLang): a switch. */
  readonly sglangEnableTrace?: boolean | undefined
  /** `--sglang-enable-two-batch-overlap` (SGLang): a switch. */
  readonly sglangEnableTwoBatchOverlap?: boolean | undefined
  /** `--sglang-enable-unified-memory` (SGLang): a switch. */
  readonly sglangEnableUnifiedMemory?: boolean | undefined
  /** `--sglang-enable-weights-cpu-backup` (SGLang): a switch. */
  readonly sglangEnableWeightsCpuBackup?: boolean | undefined
  /** `--sglang-encoder-bootstrap-port` (SGLang): a whole number. */
  readonly sglangEncoderBootstrapPort?: number | undefined
  /** `--sglang-encoder-only` (SGLang): a switch. */
  readonly sglangEncoderOnly?: boolean | undefined
  /** `--sglang-encoder-register-urls` (SGLang): one or more, each text. */
  readonly sglangEncoderRegisterUrls?: readonly string[] | undefined
  /** `--sglang-encoder-transfer-backend` (SGLang): one of zmq_to_scheduler, zmq_to_tokenizer, mooncake. */
  readonly sglangEncoderTransferBackend?: 'zmq_to_scheduler' | 'zmq_to_tokenizer' | 'mooncake' | undefined
  /** `--sglang-encoder-urls` (SGLang): one or more, each text. */
  readonly sglangEncoderUrls?: readonly string[] | undefined
  /** `--sglang-enforce-disable-flashinfer-allreduce-fusion` (SGLang): a switch. */
  readonly sglangEnforceDisableFlashinferAllreduceFusion?: boolean | undefined
  /** `--sglang-enforce-shared-experts-fusion` (SGLang): a switch. */
  readonly sglangEnforceSharedExpertsFusion?: boolean | undefined
  /** `--sglang-engine-info-bootstrap-port` (SGLang): a whole number. */
  readonly sglangEngineInfoBootstrapPort?: number | undefined
  /** `--sglang-ep-dispatch-algorithm` (SGLang): one of static, dynamic, fake, lp. */
  readonly sglangEpDispatchAlgorithm?: 'static' | 'dynamic' | 'fake' | 'lp' | undefined
  /** `--sglang-ep-num-redundant-experts` (SGLang): a whole number. */
  readonly sglangEpNumRedundantExperts?: number | undefined
  /** `--sglang-ep-size` (SGLang): a whole number. */
  readonly sglangEpSize?: number | undefined
  /** `--sglang-eplb-algorithm` (SGLang): text. */
  readonly sglangEplbAlgorithm?: string | undefined
  /** `--sglang-eplb-min-rebalancing-utilization-threshold` (SGLang): a number. */
  readonly sglangEplbMinRebalancingUtilizationThreshold?: number | undefined
  /** `--sglang-eplb-rebalance-layers-per-chunk` (SGLang): a whole number. */
  readonly sglangEplbRebalanceLayersPerChunk?: number | undefined
  /** `--sglang-eplb-rebalance-num-iterations` (SGLang): a whole number. */
  readonly sglangEplbRebalanceNumIterations?: number | undefined
  /** `--sglang-expert-distribution-recorder-buffer-size` (SGLang): a whole number. */
  readonly sglangExpertDistributionRecorderBufferSize?: number | undefined
  /** `--sglang-expert-distribution-recorder-mode` (SGLang): one of stat, stat_approx, per_pass, per_token. */
  readonly sglangExpertDistributionRecorderMode?: 'stat' | 'stat_approx' | 'per_pass' | 'per_token' | undefined
  /** `--sglang-experts-shared-outer-loras` (SGLang): a switch. */
  readonly sglangExpertsSharedOuterLoras?: boolean | undefined
  /** `--sglang-export-metrics-to-file` (SGLang): a switch. */
  readonly sglangExportMetricsToFile?: boolean | undefined
  /** `--sglang-export-metrics-to-file-dir` (SGLang): text. */
  readonly sglangExportMetricsToFileDir?: string | undefined
  /** `--sglang-extra-metric-labels` (SGLang): JSON. */
  readonly sglangExtraMetricLabels?: string | JsonObject | undefined
  /** `--sglang-fastapi-root-path` (SGLang): text. */
  readonly sglangFastapiRootPath?: string | undefined
  /** `--sglang-file-storage-path` (SGLang): text. */
  readonly sglangFileStoragePath?: string | undefined
  /** `--sglang-flashinfer-allreduce-fusion-backend` (SGLang): one of auto, trtllm, mnnvl. */
  readonly sglangFlashinferAllreduceFusionBackend?: 'auto' | 'trtllm' | 'mnnvl' | undefined
  /** `--sglang-flashinfer-mla-disable-ragged` (SGLang): a switch. */
  readonly sglangFlashinferMlaDisableRagged?: boolean | undefined
  /** `--sglang-flashinfer-mxfp4-moe-precision` (SGLang): one of default, bf16. */
  readonly sglangFlashinferMxfp4MoePrecision?: 'default' | 'bf16' | undefined
  /** `--sglang-forward-hooks` (SGLang): text. */
  readonly sglangForwardHooks?: string | number | undefined
  /** `--sglang-forward-pass-metrics-ipc-name` (SGLang): text. */
  readonly sglangForwardPassMetricsIpcName?: string | undefined
  /** `--sglang-forward-pass-metrics-worker-id` (SGLang): text. */
  readonly sglangForwardPassMetricsWorkerId?: string | undefined
  /** `--sglang-fp4-gemm-backend` (SGLang): one of auto, cutlass, flashinfer_cudnn, flashinfer_cutedsl, flashinfer_cutlass, flashinfer_trtllm, marlin. */
  readonly sglangFp4GemmBackend?: 'auto' | 'cutlass' | 'flashinfer_cudnn' | 'flashinfer_cutedsl' | 'flashinfer_cutlass' | 'flashinfer_trtllm' | 'marlin' | undefined
  /** `--sglang-fp8-gemm-backend` (SGLang): one of auto, deep_gemm, flashinfer_trtllm, flashinfer_cutlass, flashinfer_deepgemm, cutlass, triton, aiter. */
  readonly sglangFp8GemmBackend?: 'auto' | 'deep_gemm' | 'flashinfer_trtllm' | 'flashinfer_cutlass' | 'flashinfer_deepgemm' | 'cutlass' | 'triton' | 'aiter' | undefined
  /** `--sglang-gc-threshold` (SGLang): one or more, each a whole number. */
  readonly sglangGcThreshold?: readonly number[] | undefined
  /** `--sglang-gc-warning-threshold-secs` (SGLang): a number. */
  readonly sglangGcWarningThresholdSecs?: number | undefined
  /** `--sglang-generation-tokens-buckets` (SGLang): one or more, each text. */
  readonly sglangGenerationTokensBuckets?: readonly string[] | undefined
  /** `--sglang-grammar-backend` (SGLang): one of xgrammar, outlines, llguidance, none. */
  readonly sglangGrammarBackend?: 'xgrammar' | 'outlines' | 'llguidance' | 'none' | undefined
  /** `--sglang-grpc-http-sidecar-port` (SGLang): a whole number. */
  readonly sglangGrpcHttpSidecarPort?: number | undefined
  /** `--sglang-grpc-mode` (SGLang): a switch. */
  readonly sglangGrpcMode?: boolean | undefined
  /** `--sglang-hf-chat-template-name` (SGLang): text. */
  readonly sglangHfChatTemplateName?: string | undefined
  /** `--sglang-hicache-io-backend` (SGLang): one of direct, kernel, kernel_ascend. */
  readonly sglangHicacheIoBackend?: 'direct' | 'kernel' | 'kernel_ascend' | undefined
  /** `--sglang-hicache-mem-layout` (SGLang): one of layer_first, page_first, page_first_direct, page_first_kv_split, page_head. */
  readonly sglangHicacheMemLayout?: 'layer_first' | 'page_first' | 'page_first_direct' | 'page_first_kv_split' | 'page_head' | undefined
  /** `--sglang-hicache-ratio` (SGLang): a number. */
  readonly sglangHicacheRatio?: number | undefined
  /** `--sglang-hicache-size` (SGLang): a whole number. */
  readonly sglangHicacheSize?: number | undefined
  /** `--sglang-hicache-storage-backend` (SGLang): one of file, mooncake, hf3fs, nixl, aibrix, dynamic, eic, simm, mori. */
  readonly sglangHicacheStorageBackend?: 'file' | 'mooncake' | 'hf3fs' | 'nixl' | 'aibrix' | 'dynamic' | 'eic' | 'simm' | 'mori' | undefined
  /** `--sglang-hicache-storage-backend-extra-config` (SGLang): text. */
  readonly sglangHicacheStorageBackendExtraConfig?: string | undefined
  /** `--sglang-hicache-storage-prefetch-policy` (SGLang): one of best_effort, wait_complete, timeout. */
  readonly sglangHicacheStoragePrefetchPolicy?: 'best_effort' | 'wait_complete' | 'timeout' | undefined
  /** `--sglang-hicache-write-policy` (SGLang): one of write_back, write_through, write_through_selective. */
  readonly sglangHicacheWritePolicy?: 'write_back' | 'write_through' | 'write_through_selective' | undefined
  /** `--sglang-hisparse-config` (SGLang): text. */
  readonly sglangHisparseConfig?: string | undefined
  /** `--sglang-host` (SGLang): text. */
  readonly sglangHost?: string | undefined
  /** `--sglang-incremental-streaming-output` (SGLang): a switch. */
  readonly sglangIncrementalStreamingOutput?: boolean | undefined
  /** `--sglang-init-expert-location` (SGLang): text. */
  readonly sglangInitExpertLocation?: string | undefined
  /** `--sglang-int8-mamba-ckpt-size` (SGLang): a whole number. */
  readonly sglangInt8MambaCkptSize?: number | undefined
  /** `--sglang-is-embedding` (SGLang): a switch. */
  readonly sglangIsEmbedding?: boolean | undefined
  /** `--sglang-json-model-override-args` (SGLang): text. */
  readonly sglangJsonModelOverrideArgs?: string | undefined
  /** `--sglang-keep-mm-feature-on-device` (SGLang): a switch. */
  readonly sglangKeepMmFeatureOnDevice?: boolean | undefined
  /** `--sglang-kt-cpuinfer` (SGLang): a whole number. */
  readonly sglangKtCpuinfer?: number | undefined
  /** `--sglang-kt-max-deferred-experts-per-token` (SGLang): a whole number. */
  readonly sglangKtMaxDeferredExpertsPerToken?: number | undefined
  /** `--sglang-kt-method` (SGLang): text. */
  readonly sglangKtMethod?: string | undefined
  /** `--sglang-kt-num-gpu-experts` (SGLang): a whole number. */
  readonly sglangKtNumGpuExperts?: number | undefined
  /** `--sglang-kt-threadpool-count` (SGLang): a whole number. */
  readonly sglangKtThreadpoolCount?: number | undefined
  /** `--sglang-kt-weight-path` (SGLang): text. */
  readonly sglangKtWeightPath?: string | undefined
  /** `--sglang-kv-cache-dtype` (SGLang): one of auto, fp8_e5m2, fp8_e4m3, bf16, bfloat16, fp4_e2m1. */
  readonly sglangKvCacheDtype?: 'auto' | 'fp8_e5m2' | 'fp8_e4m3' | 'bf16' | 'bfloat16' | 'fp4_e2m1' | undefined
  /** `--sglang-kv-canary` (SGLang): one of none, log, raise. */
  readonly sglangKvCanary?: 'none' | 'log' | 'raise' | undefined
  /** `--sglang-kv-canary-real-data` (SGLang): text. */
  readonly sglangKvCanaryRealData?: string | undefined
  /** `--sglang-kv-canary-sweep-interval` (SGLang): a whole number. */
  readonly sglangKvCanarySweepInterval?: number | undefined
  /** `--sglang-kv-events-config` (SGLang): text. */
  readonly sglangKvEventsConfig?: string | undefined
  /** `--sglang-language-only` (SGLang): a switch. */
  readonly sglangLanguageOnly?: boolean | undefined
  /** `--sglang-limit-mm-data-per-request` (SGLang): JSON. */
  readonly sglangLimitMmDataPerRequest?: string | JsonObject | undefined
  /** `--sglang-linear-attn-backend` (SGLang): one of triton, cutedsl, flashinfer, flashkda. */
  readonly sglangLinearAttnBackend?: 'triton' | 'cutedsl' | 'flashinfer' | 'flashkda' | undefined
  /** `--sglang-linear-attn-decode-backend` (SGLang): one of triton, cutedsl, flashinfer, flashkda. */
  readonly sglangLinearAttnDecodeBackend?: 'triton' | 'cutedsl' | 'flashinfer' | 'flashkda' | undefined
  /** `--sglang-linear-attn-prefill-backend` (SGLang): one of triton, cutedsl, flashinfer, flashkda. */
  readonly sglangLinearAttnPrefillBackend?: 'triton' | 'cutedsl' | 'flashinfer' | 'flashkda' | undefined
  /** `--sglang-linear-replayssm-cache-len` (SGLang): a whole number. */
  readonly sglangLinearReplayssmCacheLen?: number | undefined
  /** `--sglang-lmcache-config-file` (SGLang): text. */
  readonly sglangLmcacheConfigFile?: string | undefined
  /** `--sglang-load-balance-method` (SGLang): one of auto, round_robin, follow_bootstrap_room, total_requests, total_tokens. */
  readonly sglangLoadBalanceMethod?: 'auto' | 'round_robin' | 'follow_bootstrap_room' | 'total_requests' | 'total_tokens' | undefined
  /** `--sglang-load-format` (SGLang): one of auto, pt, safetensors, npcache, dummy, sharded_state, gguf, bitsandbytes, mistral, layered, flash_rl, remote, remote_instance, fastsafetensors, private, runai_streamer. */
  readonly sglangLoadFormat?: 'auto' | 'pt' | 'safetensors' | 'npcache' | 'dummy' | 'sharded_state' | 'gguf' | 'bitsandbytes' | 'mistral' | 'layered' | 'flash_rl' | 'remote' | 'remote_instance' | 'fastsafetensors' | 'private' | 'runai_streamer' | undefined
  /** `--sglang-load-snapshot-publish-interval` (SGLang): a whole number. */
  readonly sglangLoadSnapshotPublishInterval?: number | undefined
  /** `--sglang-log-level` (SGLang): text. */
  readonly sglangLogLevel?: string | undefined
  /** `--sglang-log-level-http` (SGLang): text. */
  readonly sglangLogLevelHttp?: string | undefined
  /** `--sglang-log-requests` (SGLang): a switch. */
  readonly sglangLogRequests?: boolean | undefined
  /** `--sglang-log-requests-format` (SGLang): one of text, json. */
  readonly sglangLogRequestsFormat?: 'text' | 'json' | undefined
  /** `--sglang-log-requests-level` (SGLang): one of 0, 1, 2, 3. */
  readonly sglangLogRequestsLevel?: 0 | 1 | 2 | 3 | undefined
  /** `--sglang-log-requests-target` (SGLang): one or more, each text. */
  readonly sglangLogRequestsTarget?: readonly string[] | undefined
  /** `--sglang-lora-backend` (SGLang): one of triton, csgmv, ascend, torch_native. */
  readonly sglangLoraBackend?: 'triton' | 'csgmv' | 'ascend' | 'torch_native' | undefined
  /** `--sglang-lora-drain-wait-threshold` (SGLang): a number. */
  readonly sglangLoraDrainWaitThreshold?: number | undefined
  /** `--sglang-lora-eviction-policy` (SGLang): one of lru, fifo. */
  readonly sglangLoraEvictionPolicy?: 'lru' | 'fifo' | undefined
  /** `--sglang-lora-paths` (SGLang): any number, each text. */
  readonly sglangLoraPaths?: readonly string[] | undefined
  /** `--sglang-lora-strict-loading` (SGLang): a switch. */
  readonly sglangLoraStrictLoading?: boolean | undefined
  /** `--sglang-lora-target-modules` (SGLang): any number, each text. */
  readonly sglangLoraTargetModules?: readonly string[] | undefined
  /** `--sglang-lora-use-virtual-experts` (SGLang): a switch. */
  readonly sglangLoraUseVirtualExperts?: boolean | undefined
  /** `--sglang-mamba-backend` (SGLang): one of triton, flashinfer. */
  readonly sglangMambaBackend?: 'triton' | 'flashinfer' | undefined
  /** `--sglang-mamba-cache-philox-rounds` (SGLang): a whole number. */
  readonly sglangMambaCachePhiloxRounds?: number | undefined
  /** `--sglang-mamba-full-memory-ratio` (SGLang): a number. */
  readonly sglangMambaFullMemoryRatio?: number | undefined
  /** `--sglang-mamba-radix-cache-strategy` (SGLang): one of auto, no_buffer, extra_buffer, extra_buffer_lazy. */
  readonly sglangMambaRadixCacheStrategy?: 'auto' | 'no_buffer' | 'extra_buffer' | 'extra_buffer_lazy' | undefined
  /** `--sglang-mamba-scheduler-strategy` (SGLang): text. */
  readonly sglangMambaSchedulerStrategy?: string | undefined
  /** `--sglang-mamba-ssm-dtype` (SGLang): one of float32, bfloat16, float16. */
  readonly sglangMambaSsmDtype?: 'float32' | 'bfloat16' | 'float16' | undefined
  /** `--sglang-mamba-track-interval` (SGLang): a whole number. */
  readonly sglangMambaTrackInterval?: number | undefined
  /** `--sglang-max-loaded-loras` (SGLang): a whole number. */
  readonly sglangMaxLoadedLoras?: number | undefined
  /** `--sglang-max-lora-chunk-size` (SGLang): one of 16, 32, 64, 128. */
  readonly sglangMaxLoraChunkSize?: 16 | 32 | 64 | 128 | undefined
  /** `--sglang-max-lora-rank` (SGLang): a whole number. */
  readonly sglangMaxLoraRank?: number | undefined
  /** `--sglang-max-loras-per-batch` (SGLang): a whole number. */
  readonly sglangMaxLorasPerBatch?: number | undefined
  /** `--sglang-max-mamba-cache-size` (SGLang): a whole number. */
  readonly sglangMaxMambaCacheSize?: number | undefined
  /** `--sglang-max-prefill-tokens` (SGLang): a whole number. */
  readonly sglangMaxPrefillTokens?: number | undefined
  /** `--sglang-max-queued-requests` (SGLang): a whole number. */
  readonly sglangMaxQueuedRequests?: number | undefined
  /** `--sglang-max-running-requests` (SGLang): a whole number. */
  readonly sglangMaxRunningRequests?: number | undefined
  /** `--sglang-max-total-tokens` (SGLang): a whole number. */
  readonly sglangMaxTotalTokens?: number | undefined
  /** `--sglang-mem-fraction-static` (SGLang): a number. */
  readonly sglangMemFractionStatic?: number | undefined
  /** `--sglang-min-free-slots-delay` (SGLang): a whole number. */
  readonly sglangMinFreeSlotsDelay?: number | undefined
  /** `--sglang-mm-attention-backend` (SGLang): one of sdpa, fa3, fa4, triton_attn, ascend_attn, aiter_attn, flashinfer_cudnn, amx_attn, xpu_attn. */
  readonly sglangMmAttentionBackend?: 'sdpa' | 'fa3' | 'fa4' | 'triton_attn' | 'ascend_attn' | 'aiter_attn' | 'flashinfer_cudnn' | 'amx_attn' | 'xpu_attn' | undefined
  /** `--sglang-mm-enable-dp-encoder` (SGLang): a switch. */
  readonly sglangMmEnableDpEncoder?: boolean | undefined
  /** `--sglang-mm-process-config` (SGLang): JSON. */
  readonly sglangMmProcessConfig?: string | JsonObject | undefined
  /** `--sglang-model-checksum` (SGLang): text. */
  readonly sglangModelChecksum?: string | undefined
  /** `--sglang-model-config-parser` (SGLang): text. */
  readonly sglangModelConfigParser?: string | undefined
  /** `--sglang-model-impl` (SGLang): text. */
  readonly sglangModelImpl?: string | undefined
  /** `--sglang-model-loader-extra-config` (SGLang): text. */
  readonly sglangModelLoaderExtraConfig?: string | undefined
  /** `--sglang-modelexpress-config` (SGLang): text. */
  readonly sglangModelexpressConfig?: string | undefined
  /** `--sglang-modelopt-checkpoint-restore-path` (SGLang): text. */
  readonly sglangModeloptCheckpointRestorePath?: string | undefined
  /** `--sglang-modelopt-checkpoint-save-path` (SGLang): text. */
  readonly sglangModeloptCheckpointSavePath?: string | undefined
  /** `--sglang-modelopt-export-path` (SGLang): text. */
  readonly sglangModeloptExportPath?: string | undefined
  /** `--sglang-modelopt-quant` (SGLang): text. */
  readonly sglangModeloptQuant?: string | undefined
  /** `--sglang-moe-a2a-backend` (SGLang): one of none, deepep, mooncake, nixl, mori, ascend_fuseep, flashinfer, megamoe. */
  readonly sglangMoeA2aBackend?: 'none' | 'deepep' | 'mooncake' | 'nixl' | 'mori' | 'ascend_fuseep' | 'flashinfer' | 'megamoe' | undefined
  /** `--sglang-moe-dense-tp-size` (SGLang): a whole number. */
  readonly sglangMoeDenseTpSize?: number | undefined
  /** `--sglang-moe-dp-size` (SGLang): a whole number. */
  readonly sglangMoeDpSize?: number | undefined
  /** `--sglang-moe-runner-backend` (SGLang): one of auto, deep_gemm, triton, triton_kernel, flashinfer_trtllm, experimental_sgl_trtllm, flashinfer_trtllm_routed, flashinfer_cutlass, flashinfer_mxfp4, flashinfer_cutedsl, cutlass, aiter, marlin. */
  readonly sglangMoeRunnerBackend?: 'auto' | 'deep_gemm' | 'triton' | 'triton_kernel' | 'flashinfer_trtllm' | 'experimental_sgl_trtllm' | 'flashinfer_trtllm_routed' | 'flashinfer_cutlass' | 'flashinfer_mxfp4' | 'flashinfer_cutedsl' | 'cutlass' | 'aiter' | 'marlin' | undefined
  /** `--sglang-mooncake-ib-device` (SGLang): text. */
  readonly sglangMooncakeIbDevice?: string | undefined
  /** `--sglang-msprobe-dump-config` (SGLang): text. */
  readonly sglangMsprobeDumpConfig?: string | undefined
  /** `--sglang-num-continuous-decode-steps` (SGLang): a whole number. */
  readonly sglangNumContinuousDecodeSteps?: number | undefined
  /** `--sglang-num-reserved-decode-tokens` (SGLang): a whole number. */
  readonly sglangNumReservedDecodeTokens?: number | undefined
  /** `--sglang-numa-node` (SGLang): one or more, each a whole number. */
  readonly sglangNumaNode?: readonly number[] | undefined
  /** `--sglang-offload-group-size` (SGLang): a whole number. */
  readonly sglangOffloadGroupSize?: number | undefined
  /** `--sglang-offload-mode` (SGLang): text. */
  readonly sglangOffloadMode?: string | undefined
  /** `--sglang-offload-num-in-group` (SGLang): a whole number. */
  readonly sglangOffloadNumInGroup?: number | undefined
  /** `--sglang-offload-prefetch-step` (SGLang): a whole number. */
  readonly sglangOffloadPrefetchStep?: number | undefined
  /** `--sglang-optimistic-prefill-retries` (SGLang): a whole number. */
  readonly sglangOptimisticPrefillRetries?: number | undefined
  /** `--sglang-otlp-traces-endpoint` (SGLang): text. */
  readonly sglangOtlpTracesEndpoint?: string | undefined
  /** `--sglang-page-size` (SGLang): a whole number. */
  readonly sglangPageSize?: number | undefined
  /** `--sglang-pdmux-config-path` (SGLang): text. */
  readonly sglangPdmuxConfigPath?: string | undefined
  /** `--sglang-pp-async-batch-depth` (SGLang): a whole number. */
  readonly sglangPpAsyncBatchDepth?: number | undefined
  /** `--sglang-pp-max-micro-batch-size` (SGLang): a whole number. */
  readonly sglangPpMaxMicroBatchSize?: number | undefined
  /** `--sglang-pp-size` (SGLang): a whole number. */
  readonly sglangPpSize?: number | undefined
  /** `--sglang-pre-warm-nccl` (SGLang): a switch. */
  readonly sglangPreWarmNccl?: boolean | undefined
  /** `--sglang-preferred-sampling-params` (SGLang): JSON. */
  readonly sglangPreferredSamplingParams?: string | JsonObject | undefined
  /** `--sglang-prefill-attention-backend` (SGLang): one of triton, torch_native, flex_attention, dsa, nsa, dsv4, compressed, cutlass_mla, fa3, fa4, flashinfer, flashmla, trtllm_mla, cutedsl_mla, tokenspeed_mla, trtllm_mha, dual_chunk_flash_attn, aiter, wave, intel_amx, ascend, intel_xpu. */
  readonly sglangPrefillAttentionBackend?: 'triton' | 'torch_native' | 'flex_attention' | 'dsa' | 'nsa' | 'dsv4' | 'compressed' | 'cutlass_mla' | 'fa3' | 'fa4' | 'flashinfer' | 'flashmla' | 'trtllm_mla' | 'cutedsl_mla' | 'tokenspeed_mla' | 'trtllm_mha' | 'dual_chunk_flash_attn' | 'aiter' | 'wave' | 'intel_amx' | 'ascend' | 'intel_xpu' | undefined
  /** `--sglang-prefill-delayer-forward-passes-buckets` (SGLang): one or more, each a number. */
  readonly sglangPrefillDelayerForwardPassesBuckets?: readonly number[] | undefined
  /** `--sglang-prefill-delayer-max-delay-ms` (SGLang): a number. */
  readonly sglangPrefillDelayerMaxDelayMs?: number | undefined
  /** `--sglang-prefill-delayer-max-delay-passes` (SGLang): a whole number. */
  readonly sglangPrefillDelayerMaxDelayPasses?: number | undefined
  /** `--sglang-prefill-delayer-queue-min-ratio` (SGLang): a number. */
  readonly sglangPrefillDelayerQueueMinRatio?: number | undefined
  /** `--sglang-prefill-delayer-token-usage-low-watermark` (SGLang): a number. */
  readonly sglangPrefillDelayerTokenUsageLowWatermark?: number | undefined
  /** `--sglang-prefill-delayer-wait-seconds-buckets` (SGLang): one or more, each a number. */
  readonly sglangPrefillDelayerWaitSecondsBuckets?: readonly number[] | undefined
  /** `--sglang-prefill-max-requests` (SGLang): a whole number. */
  readonly sglangPrefillMaxRequests?: number | undefined
  /** `--sglang-prefill-only-disable-kv-cache` (SGLang): a switch. */
  readonly sglangPrefillOnlyDisableKvCache?: boolean | undefined
  /** `--sglang-priority-scheduling-preemption-threshold` (SGLang): a whole number. */
  readonly sglangPrioritySchedulingPreemptionThreshold?: number | undefined
  /** `--sglang-prompt-tokens-buckets` (SGLang): one or more, each text. */
  readonly sglangPromptTokensBuckets?: readonly string[] | undefined
  /** `--sglang-quantization` (SGLang): one of awq, fp8, mxfp8, gptq, marlin, gptq_marlin, awq_marlin, bitsandbytes, gguf, modelopt, modelopt_fp8, modelopt_fp4, nvfp4_online, modelopt_mixed, petit_nvfp4, w8a8_int8, w8a8_fp8, moe_wna16, qoq, w4afp8, mxfp4, auto-round, auto-round-int8, compressed-tensors, modelslim, mxfp_w4a8, quark, quark_int4fp8_moe, quark_mxfp4, mlx_q4, mlx_q8, unquant. */
  readonly sglangQuantization?: 'awq' | 'fp8' | 'mxfp8' | 'gptq' | 'marlin' | 'gptq_marlin' | 'awq_marlin' | 'bitsandbytes' | 'gguf' | 'modelopt' | 'modelopt_fp8' | 'modelopt_fp4' | 'nvfp4_online' | 'modelopt_mixed' | 'petit_nvfp4' | 'w8a8_int8' | 'w8a8_fp8' | 'moe_wna16' | 'qoq' | 'w4afp8' | 'mxfp4' | 'auto-round' | 'auto-round-int8' | 'compressed-tensors' | 'modelslim' | 'mxfp_w4a8' | 'quark' | 'quark_int4fp8_moe' | 'quark_mxfp4' | 'mlx_q4' | 'mlx_q8' | 'unquant' | undefined
  /** `--sglang-quantization-param-path` (SGLang): text. */
  readonly sglangQuantizationParamPath?: string | undefined
  /** `--sglang-quantize-and-serve` (SGLang): a switch. */
  readonly sglangQuantizeAndServe?: boolean | undefined
  /** `--sglang-radix-cache-backend` (SGLang): text. */
  readonly sglangRadixCacheBackend?: string | undefined
  /** `--sglang-radix-eviction-policy` (SGLang): one of lru, lfu, slru, priority. */
  readonly sglangRadixEvictionPolicy?: 'lru' | 'lfu' | 'slru' | 'priority' | undefined
  /** `--sglang-reasoning-parser` (SGLang): one of auto, apertus2509, deepseek-r1, deepseek-v3, deepseek-v4, glm45, hunyuan, gpt-oss, kimi, kimi_k2, mimo, poolside_v1, qwen3, qwen3-thinking, minimax, minimax-append-think, step3, step3p5, mistral, nemotron_3, interns1, gemma4, cohere_command4. */
  readonly sglangReasoningParser?: 'auto' | 'apertus2509' | 'deepseek-r1' | 'deepseek-v3' | 'deepseek-v4' | 'glm45' | 'hunyuan' | 'gpt-oss' | 'kimi' | 'kimi_k2' | 'mimo' | 'poolside_v1' | 'qwen3' | 'qwen3-thinking' | 'minimax' | 'minimax-append-think' | 'step3' | 'step3p5' | 'mistral' | 'nemotron_3' | 'interns1' | 'gemma4' | 'cohere_command4' | undefined
  /** `--sglang-release-hicache` (SGLang): a switch. */
  readonly sglangReleaseHicache?: boolean | undefined
  /** `--sglang-remote-instance-weight-loader-backend` (SGLang): one of transfer_engine, nccl, modelexpress. */
  readonly sglangRemoteInstanceWeightLoaderBackend?: 'transfer_engine' | 'nccl' | 'modelexpress' | undefined
  /** `--sglang-remote-instance-weight-loader-seed-instance-ip` (SGLang): text. */
  readonly sglangRemoteInstanceWeightLoaderSeedInstanceIp?: string | undefined
  /** `--sglang-remote-instance-weight-loader-seed-instance-service-port` (SGLang): a whole number. */
  readonly sglangRemoteInstanceWeightLoaderSeedInstanceServicePort?: number | undefined
  /** `--sglang-remote-instance-weight-loader-send-weights-group-ports` (SGLang): text. */
  readonly sglangRemoteInstanceWeightLoaderSendWeightsGroupPorts?: string | number | undefined
  /** `--sglang-remote-instance-weight-loader-start-seed-via-transfer-engine` (SGLang): a switch. */
  readonly sglangRemoteInstanceWeightLoaderStartSeedViaTransferEngine?: boolean | undefined
  /** `--sglang-revision` (SGLang): text. */
  readonly sglangRevision?: string | undefined
  /** `--sglang-rl-on-policy-target` (SGLang): one of fsdp. */
  readonly sglangRlOnPolicyTarget?: 'fsdp' | undefined
  /** `--sglang-rl-quant-profile` (SGLang): text. */
  readonly sglangRlQuantProfile?: string | undefined
  /** `--sglang-router-ip` (slime): text. */
  readonly sglangRouterIp?: string | undefined
  /** `--sglang-router-port` (slime): a whole number. */
  readonly sglangRouterPort?: number | undefined
  /** `--sglang-router-request-timeout-secs` (slime): a whole number. */
  readonly sglangRouterRequestTimeoutSecs?: number | undefined
  /** `--sglang-sampling-backend` (SGLang): one of ascend, flashinfer, pytorch, token_oracle. */
  readonly sglangSamplingBackend?: 'ascend' | 'flashinfer' | 'pytorch' | 'token_oracle' | undefined
  /** `--sglang-sampling-defaults` (SGLang): one of openai, model. */
  readonly sglangSamplingDefaults?: 'openai' | 'model' | undefined
  /** `--sglang-schedule-conservativeness` (SGLang): a number. */
  readonly sglangScheduleConservativeness?: number | undefined
  /** `--sglang-schedule-low-priority-values-first` (SGLang): a switch. */
  readonly sglangScheduleLowPriorityValuesFirst?: boolean | undefined
  /** `--sglang-schedule-policy` (SGLang): one of lpm, random, fcfs, dfs-weight, lof, priority, routing-key. */
  readonly sglangSchedulePolicy?: 'lpm' | 'random' | 'fcfs' | 'dfs-weight' | 'lof' | 'priority' | 'routing-key' | undefined
  /** `--sglang-scheduler-recv-interval` (SGLang): a whole number. */
  readonly sglangSchedulerRecvInterval?: number | undefined
  /** `--sglang-served-model-name` (SGLang): text. */
  readonly sglangServedModelName?: string | undefined
  /** `--sglang-server-concurrency` (slime): a whole number. */
  readonly sglangServerConcurrency?: number | undefined
  /** `--sglang-show-time-cost` (SGLang): a switch. */
  readonly sglangShowTimeCost?: boolean | undefined
  /** `--sglang-skip-tokenizer-init` (SGLang): a switch. */
  readonly sglangSkipTokenizerInit?: boolean | undefined
  /** `--sglang-sleep-on-idle` (SGLang): a switch. */
  readonly sglangSleepOnIdle?: boolean | undefined
  /** `--sglang-sm-group-num` (SGLang): a whole number. */
  readonly sglangSmGroupNum?: number | undefined
  /** `--sglang-soft-watchdog-timeout` (SGLang): a number. */
  readonly sglangSoftWatchdogTimeout?: number | undefined
  /** `--sglang-spec-trace-dir` (SGLang): text. */
  readonly sglangSpecTraceDir?: string | undefined
  /** `--sglang-speculative-accept-threshold-acc` (SGLang): a number. */
  readonly sglangSpeculativeAcceptThresholdAcc?: number | undefined
  /** `--sglang-speculative-accept-threshold-single` (SGLang): a number. */
  readonly sglangSpeculativeAcceptThresholdSingle?: number | undefined
  /** `--sglang-speculative-adaptive` (SGLang): a switch. */
  readonly sglangSpeculativeAdaptive?: boolean | undefined
  /** `--sglang-speculative-adaptive-config` (SGLang): text. */
  readonly sglangSpeculativeAdaptiveConfig?: string | undefined
  /** `--sglang-speculative-algorithm` (SGLang): text. */
  readonly sglangSpeculativeAlgorithm?: string | undefined
  /** `--sglang-speculative-attention-mode` (SGLang): one of prefill, decode. */
  readonly sglangSpeculativeAttentionMode?: 'prefill' | 'decode' | undefined
  /** `--sglang-speculative-dflash-block-size` (SGLang): a whole number. */
  readonly sglangSpeculativeDflashBlockSize?: number | undefined
  /** `--sglang-speculative-draft-attention-backend` (SGLang): text. */
  readonly sglangSpeculativeDraftAttentionBackend?: string | undefined
  /** `--sglang-speculative-draft-load-format` (SGLang): one of auto, pt, safetensors, npcache, dummy, sharded_state, gguf, bitsandbytes, mistral, layered, flash_rl, remote, remote_instance, fastsafetensors, private, runai_streamer. */
  readonly sglangSpeculativeDraftLoadFormat?: 'auto' | 'pt' | 'safetensors' | 'npcache' | 'dummy' | 'sharded_state' | 'gguf' | 'bitsandbytes' | 'mistral' | 'layered' | 'flash_rl' | 'remote' | 'remote_instance' | 'fastsafetensors' | 'private' | 'runai_streamer' | undefined
  /** `--sglang-speculative-draft-model-path` (SGLang): text. */
  readonly sglangSpeculativeDraftModelPath?: string | undefined
  /** `--sglang-speculative-draft-model-quantization` (SGLang): one of awq, fp8, mxfp8, gptq, marlin, gptq_marlin, awq_marlin, bitsandbytes, gguf, modelopt, modelopt_fp8, modelopt_fp4, nvfp4_online, modelopt_mixed, petit_nvfp4, w8a8_int8, w8a8_fp8, moe_wna16, qoq, w4afp8, mxfp4, auto-round, auto-round-int8, compressed-tensors, modelslim, mxfp_w4a8, quark, quark_int4fp8_moe, quark_mxfp4, mlx_q4, mlx_q8, unquant. */
  readonly sglangSpeculativeDraftModelQuantization?: 'awq' | 'fp8' | 'mxfp8' | 'gptq' | 'marlin' | 'gptq_marlin' | 'awq_marlin' | 'bitsandbytes' | 'gguf' | 'modelopt' | 'modelopt_fp8' | 'modelopt_fp4' | 'nvfp4_online' | 'modelopt_mixed' | 'petit_nvfp4' | 'w8a8_int8' | 'w8a8_fp8' | 'moe_wna16' | 'qoq' | 'w4afp8' | 'mxfp4' | 'auto-round' | 'auto-round-int8' | 'compressed-tensors' | 'modelslim' | 'mxfp_w4a8' | 'quark' | 'quark_int4fp8_moe' | 'quark_mxfp4' | 'mlx_q4' | 'mlx_q8' | 'unquant' | undefined
  /** `--sglang-speculative-draft-model-revision` (SGLang): text. */
  readonly sglangSpeculativeDraftModelRevision?: string | undefined
  /** `--sglang-speculative-draft-window-size` (SGLang): a whole number. */
  readonly sglangSpeculativeDraftWindowSize?: number | undefined
  /** `--sglang-speculative-eagle-topk` (SGLang): a whole number. */
  readonly sglangSpeculativeEagleTopk?: number | undefined
  /** `--sglang-speculative-moe-a2a-backend` (SGLang): one of none, deepep, mooncake, nixl, mori, ascend_fuseep, flashinfer, megamoe. */
  readonly sglangSpeculativeMoeA2aBackend?: 'none' | 'deepep' | 'mooncake' | 'nixl' | 'mori' | 'ascend_fuseep' | 'flashinfer' | 'megamoe' | undefined
  /** `--sglang-speculative-moe-runner-backend` (SGLang): one of auto, deep_gemm, triton, triton_kernel, flashinfer_trtllm, experimental_sgl_trtllm, flashinfer_trtllm_routed, flashinfer_cutlass, flashinfer_mxfp4, flashinfer_cutedsl, cutlass, aiter, marlin. */
  readonly sglangSpeculativeMoeRunnerBackend?: 'auto' | 'deep_gemm' | 'triton' | 'triton_kernel' | 'flashinfer_trtllm' | 'experimental_sgl_trtllm' | 'flashinfer_trtllm_routed' | 'flashinfer_cutlass' | 'flashinfer_mxfp4' | 'flashinfer_cutedsl' | 'cutlass' | 'aiter' | 'marlin' | undefined
  /** `--sglang-speculative-ngram-capacity` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramCapacity?: number | undefined
  /** `--sglang-speculative-ngram-external-corpus-max-tokens` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramExternalCorpusMaxTokens?: number | undefined
  /** `--sglang-speculative-ngram-external-corpus-path` (SGLang): text. */
  readonly sglangSpeculativeNgramExternalCorpusPath?: string | undefined
  /** `--sglang-speculative-ngram-external-sam-budget` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramExternalSamBudget?: number | undefined
  /** `--sglang-speculative-ngram-match-type` (SGLang): one of BFS, PROB. */
  readonly sglangSpeculativeNgramMatchType?: 'BFS' | 'PROB' | undefined
  /** `--sglang-speculative-ngram-max-bfs-breadth` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramMaxBfsBreadth?: number | undefined
  /** `--sglang-speculative-ngram-max-trie-depth` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramMaxTrieDepth?: number | undefined
  /** `--sglang-speculative-ngram-min-bfs-breadth` (SGLang): a whole number. */
  readonly sglangSpeculativeNgramMinBfsBreadth?: number | undefined
  /** `--sglang-speculative-num-draft-tokens` (SGLang): a whole number. */
  readonly sglangSpeculativeNumDraftTokens?: number | undefined
  /** `--sglang-speculative-num-steps` (SGLang): a whole number. */
  readonly sglangSpeculativeNumSteps?: number | undefined
  /** `--sglang-speculative-skip-dp-mlp-sync` (SGLang): a switch. */
  readonly sglangSpeculativeSkipDpMlpSync?: boolean | undefined
  /** `--sglang-speculative-token-map` (SGLang): text. */
  readonly sglangSpeculativeTokenMap?: string | undefined
  /** `--sglang-speculative-use-rejection-sampling` (SGLang): a switch. */
  readonly sglangSpeculativeUseRejectionSampling?: boolean | undefined
  /** `--sglang-ssl-ca-certs` (SGLang): text. */
  readonly sglangSslCaCerts?: string | undefined
  /** `--sglang-ssl-certfile` (SGLang): text. */
  readonly sglangSslCertfile?: string | undefined
  /** `--sglang-ssl-keyfile` (SGLang): text. */
  readonly sglangSslKeyfile?: string | undefined
  /** `--sglang-ssl-keyfile-password` (SGLang): text. */
  readonly sglangSslKeyfilePassword?: string | undefined
  /** `--sglang-stream-interval` (SGLang): a whole number. */
  readonly sglangStreamInterval?: number | undefined
  /** `--sglang-stream-response-default-include-usage` (SGLang): a switch. */
  readonly sglangStreamResponseDefaultIncludeUsage?: boolean | undefined
  /** `--sglang-strip-thinking-cache` (SGLang): a switch. */
  readonly sglangStripThinkingCache?: boolean | undefined
  /** `--sglang-swa-full-tokens-ratio` (SGLang): a number. */
  readonly sglangSwaFullTokensRatio?: number | undefined
  /** `--sglang-tbo-token-distribution-threshold` (SGLang): a number. */
  readonly sglangTboTokenDistributionThreshold?: number | undefined
  /** `--sglang-tokenizer-backend` (SGLang): one of huggingface, fastokens. */
  readonly sglangTokenizerBackend?: 'huggingface' | 'fastokens' | undefined
  /** `--sglang-tokenizer-metrics-allowed-custom-labels` (SGLang): one or more, each text. */
  readonly sglangTokenizerMetricsAllowedCustomLabels?: readonly string[] | undefined
  /** `--sglang-tokenizer-metrics-custom-labels-header` (SGLang): text. */
  readonly sglangTokenizerMetricsCustomLabelsHeader?: string | undefined
  /** `--sglang-tokenizer-mode` (SGLang): one of auto, slow. */
  readonly sglangTokenizerMode?: 'auto' | 'slow' | undefined
  /** `--sglang-tokenizer-path` (SGLang): text. */
  readonly sglangTokenizerPath?: string | undefined
  /** `--sglang-tokenizer-worker-num` (SGLang): a whole number. */
  readonly sglangTokenizerWorkerNum?: number | undefined
  /** `--sglang-tool-call-parser` (SGLang): one of auto, apertus2509, cohere_command4, deepseekv3, deepseekv31, deepseekv32, deepseekv4, glm, glm45, glm47, gpt-oss, kimi_k2, lfm2, llama3, mimo, minicpm5, mistral, poolside_v1, pythonic, qwen, qwen25, qwen3_coder, step3, step3p5, minimax-m2, trinity, interns1, hermes, hunyuan, gigachat3, gemma4. */
  readonly sglangToolCallParser?: 'auto' | 'apertus2509' | 'cohere_command4' | 'deepseekv3' | 'deepseekv31' | 'deepseekv32' | 'deepseekv4' | 'glm' | 'glm45' | 'glm47' | 'gpt-oss' | 'kimi_k2' | 'lfm2' | 'llama3' | 'mimo' | 'minicpm5' | 'mistral' | 'poolside_v1' | 'pythonic' | 'qwen' | 'qwen25' | 'qwen3_coder' | 'step3' | 'step3p5' | 'minimax-m2' | 'trinity' | 'interns1' | 'hermes' | 'hunyuan' | 'gigachat3' | 'gemma4' | undefined
  /** `--sglang-tool-server` (SGLang): text. */
  readonly sglangToolServer?: string | undefined
  /** `--sglang-torch-compile-max-bs` (SGLang): a whole number. */
  readonly sglangTorchCompileMaxBs?: number | undefined
  /** `--sglang-torchao-config` (SGLang): text. */
  readonly sglangTorchaoConfig?: string | undefined
  /** `--sglang-trace-modules` (SGLang): text. */
  readonly sglangTraceModules?: string | undefined
  /** `--sglang-triton-attention-num-kv-splits` (SGLang): a whole number. */
  readonly sglangTritonAttentionNumKvSplits?: number | undefined
  /** `--sglang-triton-attention-reduce-in-fp32` (SGLang): a switch. */
  readonly sglangTritonAttentionReduceInFp32?: boolean | undefined
  /** `--sglang-triton-attention-split-tile-size` (SGLang): a whole number. */
  readonly sglangTritonAttentionSplitTileSize?: number | undefined
  /** `--sglang-use-ray` (SGLang): a switch. */
  readonly sglangUseRay?: boolean | undefined
  /** `--sglang-uvicorn-access-log-exclude-prefixes` (SGLang): any number, each text. */
  readonly sglangUvicornAccessLogExcludePrefixes?: readonly string[] | undefined
  /** `--sglang-warmups` (SGLang): text. */
  readonly sglangWarmups?: string | undefined
  /** `--sglang-watchdog-timeout` (SGLang): a number. */
  readonly sglangWatchdogTimeout?: number | undefined
  /** `--sglang-weight-loader-disable-mmap` (SGLang): a switch. */
  readonly sglangWeightLoaderDisableMmap?: boolean | undefined
  /** `--sglang-weight-loader-drop-cache-after-load` (SGLang): a switch. */
  readonly sglangWeightLoaderDropCacheAfterLoad?: boolean | undefined
  /** `--sglang-weight-loader-prefetch-checkpoints` (SGLang): a switch. */
  readonly sglangWeightLoaderPrefetchCheckpoints?: boolean | undefined
  /** `--sglang-weight-loader-prefetch-num-threads` (SGLang): a whole number. */
  readonly sglangWeightLoaderPrefetchNumThreads?: number | undefined
  /** `--sglang-weight-version` (SGLang): text. */
  readonly sglangWeightVersion?: string | undefined
  /** `--sharp-enabled-group` (Megatron): one of dp, dp_replica. */
  readonly sharpEnabledGroup?: 'dp' | 'dp_replica' | undefined
  /** `--short-seq-prob` (Megatron): a number. */
  readonly shortSeqProb?: number | undefined
  /** `--skip-eval-before-train` (slime): a switch. */
  readonly skipEvalBeforeTrain?: boolean | undefined
  /** `--skip-train` (Megatron): a switch. */
  readonly skipTrain?: boolean | undefined
  /** `--softmax-type` (Megatron): one of vanilla, off-by-one, learnable. */
  readonly softmaxType?: 'vanilla' | 'off-by-one' | 'learnable' | undefined
  /** `--spec` (Megatron): any number, each text. */
  readonly spec?: readonly string[] | undefined
  /** `--split` (Megatron): text. */
  readonly split?: string | undefined
  /** `--squared-relu` (Megatron): a switch. */
  readonly squaredRelu?: boolean | undefined
  /** `--start-rollout-id` (slime): a whole number. */
  readonly startRolloutId?: number | undefined
  /** `--start-weight-decay` (Megatron): a number. */
  readonly startWeightDecay?: number | undefined
  /** `--straggler-ctrlr-port` (Megatron): a whole number. */
  readonly stragglerCtrlrPort?: number | undefined
  /** `--straggler-minmax-count` (Megatron): a whole number. */
  readonly stragglerMinmaxCount?: number | undefined
  /** `--suggested-communication-unit-size` (Megatron): a whole number. */
  readonly suggestedCommunicationUnitSize?: number | undefined
  /** `--swiglu` (Megatron): a switch. */
  readonly swiglu?: boolean | undefined
  /** `--swin-backbone-type` (Megatron): one of tiny, base, h3. */
  readonly swinBackboneType?: 'tiny' | 'base' | 'h3' | undefined
  /** `--symmetric-ar-type` (Megatron): one of two_shot, one_shot, multimem_all_reduce. */
  readonly symmetricArType?: 'two_shot' | 'one_shot' | 'multimem_all_reduce' | undefined
  /** `--tb-experiment-name` (slime): text. */
  readonly tbExperimentName?: string | undefined
  /** `--tb-project-name` (slime): text. */
  readonly tbProjectName?: string | undefined
  /** `--te-precision-config-file` (Megatron): text. */
  readonly tePrecisionConfigFile?: string | number | undefined
  /** `--te-rng-tracker` (Megatron): a switch. */
  readonly teRngTracker?: boolean | undefined
  /** `--tensor-model-parallel-size` (Megatron): a whole number. */
  readonly tensorModelParallelSize?: number | undefined
  /** `--tensorboard-dir` (Megatron): text. */
  readonly tensorboardDir?: string | undefined
  /** `--tensorboard-log-interval` (Megatron): a whole number. */
  readonly tensorboardLogInterval?: number | undefined
  /** `--tensorboard-queue-size` (Megatron): a whole number. */
  readonly tensorboardQueueSize?: number | undefined
  /** `--test-data-path` (Megatron): any number, each text. */
  readonly testDataPath?: readonly (string | number)[] | undefined
  /** `--test-mode` (Megatron): a switch. */
  readonly testMode?: boolean | undefined
  /** `--tiktoken-num-special-tokens` (Megatron): a whole number. */
  readonly tiktokenNumSpecialTokens?: number | undefined
  /** `--tiktoken-pattern` (Megatron): text. */
  readonly tiktokenPattern?: string | undefined
  /** `--tiktoken-special-tokens` (Megatron): one or more, each text. */
  readonly tiktokenSpecialTokens?: readonly string[] | undefined
  /** `--timing-log-level` (Megatron): one of 0, 1, 2. */
  readonly timingLogLevel?: 0 | 1 | 2 | undefined
  /** `--timing-log-option` (Megatron): one of max, minmax, all. */
  readonly timingLogOption?: 'max' | 'minmax' | 'all' | undefined
  /** `--tis-clip` (slime): a number. */
  readonly tisClip?: number | undefined
  /** `--tis-clip-low` (slime): a number. */
  readonly tisClipLow?: number | undefined
  /** `--titles-data-path` (Megatron): text. */
  readonly titlesDataPath?: string | undefined
  /** `--tokenizer-hf-include-special-tokens` (Megatron): a switch. */
  readonly tokenizerHfIncludeSpecialTokens?: boolean | undefined
  /** `--tokenizer-hf-use-fast` (Megatron): a switch. */
  readonly tokenizerHfUseFast?: boolean | undefined
  /** `--tokenizer-metadata` (Megatron): text. */
  readonly tokenizerMetadata?: string | undefined
  /** `--tokenizer-model` (Megatron): text. */
  readonly tokenizerModel?: string | undefined
  /** `--tokenizer-sentencepiece-legacy` (Megatron): a switch. */
  readonly tokenizerSentencepieceLegacy?: boolean | undefined
  /** `--tokenizer-special-tokens` (Megatron): one or more, each text. */
  readonly tokenizerSpecialTokens?: readonly string[] | undefined
  /** `--tokenizer-type` (Megatron): one of BertWordPieceLowerCase, BertWordPieceCase, GPT2BPETokenizer, SentencePieceTokenizer, GPTSentencePieceTokenizer, HuggingFaceTokenizer, Llama2Tokenizer, TikTokenizer, MultimodalTokenizer, NullTokenizer, NullMultimodalTokenizer, SFTTokenizer. */
  readonly tokenizerType?: 'BertWordPieceLowerCase' | 'BertWordPieceCase' | 'GPT2BPETokenizer' | 'SentencePieceTokenizer' | 'GPTSentencePieceTokenizer' | 'HuggingFaceTokenizer' | 'Llama2Tokenizer' | 'TikTokenizer' | 'MultimodalTokenizer' | 'NullTokenizer' | 'NullMultimodalTokenizer' | 'SFTTokenizer' | undefined
  /** `--tool-key` (slime): text. */
  readonly toolKey?: string | undefined
  /** `--torch-fsdp2-no-reshard-after-forward` (Megatron): a switch. */
  readonly torchFsdp2NoReshardAfterForward?: boolean | undefined
  /** `--tp-comm-bootstrap-backend` (Megatron): one of nccl, mpi, gloo. */
  readonly tpCommBootstrapBackend?: 'nccl' | 'mpi' | 'gloo' | undefined
  /** `--tp-comm-overlap` (Megatron): a switch. */
  readonly tpCommOverlap?: boolean | undefined
  /** `--tp-comm-overlap-cfg` (Megatron): text. */
  readonly tpCommOverlapCfg?: string | undefined
  /** `--tp-comm-overlap-rs-dgrad` (Megatron): a switch. */
  readonly tpCommOverlapRsDgrad?: boolean | undefined
  /** `--train-data-path` (Megatron): any number, each text. */
  readonly trainDataPath?: readonly (string | number)[] | undefined
  /** `--train-env-vars` (slime): JSON. */
  readonly trainEnvVars?: string | JsonObject | undefined
  /** `--train-iters` (Megatron): a whole number. */
  readonly trainIters?: number | undefined
  /** `--train-samples` (Megatron): a whole number. */
  readonly trainSamples?: number | undefined
  /** `--train-sync-interval` (Megatron): a whole number. */
  readonly trainSyncInterval?: number | undefined
  /** `--transformer-impl` (Megatron): one of local, transformer_engine, inference_optimized. */
  readonly transformerImpl?: 'local' | 'transformer_engine' | 'inference_optimized' | undefined
  /** `--trust-remote-code` (Megatron): a switch. */
  readonly trustRemoteCode?: boolean | undefined
  /** `--untie-embeddings-and-output-weights` (Megatron): a switch. */
  readonly untieEmbeddingsAndOutputWeights?: boolean | undefined
  /** `--update-weight-buffer-size` (slime): a whole number. */
  readonly updateWeightBufferSize?: number | undefined
  /** `--update-weight-delta-checksum` (slime): one of xxh3-128, blake3, adler32. */
  readonly updateWeightDeltaChecksum?: 'xxh3-128' | 'blake3' | 'adler32' | undefined
  /** `--update-weight-delta-encoding` (slime): one of xor, overwrite. */
  readonly updateWeightDeltaEncoding?: 'xor' | 'overwrite' | undefined
  /** `--update-weight-disk-dir` (slime): text. */
  readonly updateWeightDiskDir?: string | undefined
  /** `--update-weight-disk-keep-files` (slime): a switch. */
  readonly updateWeightDiskKeepFiles?: boolean | undefined
  /** `--update-weight-local-checkpoint-dir` (slime): text. */
  readonly updateWeightLocalCheckpointDir?: string | undefined
  /** `--update-weight-mode` (slime): one of full, delta. */
  readonly updateWeightMode?: 'full' | 'delta' | undefined
  /** `--update-weight-transport` (slime): one of nccl, disk. */
  readonly updateWeightTransport?: 'nccl' | 'disk' | undefined
  /** `--update-weights-interval` (slime): a whole number. */
  readonly updateWeightsInterval?: number | undefined
  /** `--use-checkpoint-args` (Megatron): a switch. */
  readonly useCheckpointArgs?: boolean | undefined
  /** `--use-checkpoint-opt-param-scheduler` (Megatron): a switch. */
  readonly useCheckpointOptParamScheduler?: boolean | undefined
  /** `--use-cpu-initialization` (Megatron): a switch. */
  readonly useCpuInitialization?: boolean | undefined
  /** `--use-dist-ckpt` (Megatron): a switch. */
  readonly useDistCkpt?: boolean | undefined
  /** `--use-distributed-optimizer` (Megatron): a switch. */
  readonly useDistributedOptimizer?: boolean | undefined
  /** `--use-distributed-post` (slime): a switch. */
  readonly useDistributedPost?: boolean | undefined
  /** `--use-dynamic-batch-size` (slime): a switch. */
  readonly useDynamicBatchSize?: boolean | undefined
  /** `--use-fault-tolerance` (slime): a switch. */
  readonly useFaultTolerance?: boolean | undefined
  /** `--use-flash-attn` (Megatron): a switch. */
  readonly useFlashAttn?: boolean | undefined
  /** `--use-fused-weighted-squared-relu` (Megatron): a switch. */
  readonly useFusedWeightedSquaredRelu?: boolean | undefined
  /** `--use-gated-attention` (Megatron): a switch. */
  readonly useGatedAttention?: boolean | undefined
  /** `--use-kitchen-attention` (Megatron): a switch. */
  readonly useKitchenAttention?: boolean | undefined
  /** `--use-kl-loss` (slime): a switch. */
  readonly useKlLoss?: boolean | undefined
  /** `--use-legacy-models` (Megatron): a switch. */
  readonly useLegacyModels?: boolean | undefined
  /** `--use-legacy-static-engine` (Megatron): a switch. */
  readonly useLegacyStaticEngine?: boolean | undefined
  /** `--use-mcore-models` (Megatron): a switch. */
  readonly useMcoreModels?: boolean | undefined
  /** `--use-megatron-fsdp` (Megatron): a switch. */
  readonly useMegatronFsdp?: boolean | undefined
  /** `--use-mp-args-from-checkpoint-args` (Megatron): a switch. */
  readonly useMpArgsFromCheckpointArgs?: boolean | undefined
  /** `--use-nccl-ub` (Megatron): a switch. */
  readonly useNcclUb?: boolean | undefined
  /** `--use-one-sent-docs` (Megatron): a switch. */
  readonly useOneSentDocs?: boolean | undefined
  /** `--use-opd` (slime): a switch. */
  readonly useOpd?: boolean | undefined
  /** `--use-opsm` (slime): a switch. */
  readonly useOpsm?: boolean | undefined
  /** `--use-persistent-ckpt-worker` (Megatron): a switch. */
  readonly usePersistentCkptWorker?: boolean | undefined
  /** `--use-precision-aware-optimizer` (Megatron): a switch. */
  readonly usePrecisionAwareOptimizer?: boolean | undefined
  /** `--use-pytorch-profiler` (Megatron): a switch. */
  readonly usePytorchProfiler?: boolean | undefined
  /** `--use-ring-exchange-p2p` (Megatron): a switch. */
  readonly useRingExchangeP2p?: boolean | undefined
  /** `--use-rollout-entropy` (slime): a switch. */
  readonly useRolloutEntropy?: boolean | undefined
  /** `--use-rollout-logprobs` (slime): a switch. */
  readonly useRolloutLogprobs?: boolean | undefined
  /** `--use-rollout-routing-replay` (slime): a switch. */
  readonly useRolloutRoutingReplay?: boolean | undefined
  /** `--use-rope-scaling` (Megatron): a switch. */
  readonly useRopeScaling?: boolean | undefined
  /** `--use-rotary-position-embeddings` (Megatron): a switch. */
  readonly useRotaryPositionEmbeddings?: boolean | undefined
  /** `--use-routing-replay` (slime): a switch. */
  readonly useRoutingReplay?: boolean | undefined
  /** `--use-sharp` (Megatron): a switch. */
  readonly useSharp?: boolean | undefined
  /** `--use-stateless-adam` (slime): a switch. */
  readonly useStatelessAdam?: boolean | undefined
  /** `--use-te-activation-func` (Megatron): a switch. */
  readonly useTeActivationFunc?: boolean | undefined
  /** `--use-tensorboard` (slime): a switch. */
  readonly useTensorboard?: boolean | undefined
  /** `--use-tis` (slime): a switch. */
  readonly useTis?: boolean | undefined
  /** `--use-torch-fsdp2` (Megatron): a switch. */
  readonly useTorchFsdp2?: boolean | undefined
  /** `--use-torch-optimizer-for-cpu-offload` (Megatron): a switch. */
  readonly useTorchOptimizerForCpuOffload?: boolean | undefined
  /** `--use-tp-pp-dp-mapping` (Megatron): a switch. */
  readonly useTpPpDpMapping?: boolean | undefined
  /** `--use-unbiased-kl` (slime): a switch. */
  readonly useUnbiasedKl?: boolean | undefined
  /** `--use-wandb` (slime): a switch. */
  readonly useWandb?: boolean | undefined
  /** `--v-head-dim` (Megatron): a whole number. */
  readonly vHeadDim?: number | undefined
  /** `--valid-data-path` (Megatron): any number, each text. */
  readonly validDataPath?: readonly (string | number)[] | undefined
  /** `--value-clip` (slime): a number. */
  readonly valueClip?: number | undefined
  /** `--vision-backbone-type` (Megatron): one of vit, mit, swin. */
  readonly visionBackboneType?: 'vit' | 'mit' | 'swin' | undefined
  /** `--vision-pretraining` (Megatron): a switch. */
  readonly visionPretraining?: boolean | undefined
  /** `--vision-pretraining-type` (Megatron): one of classify, inpaint, dino. */
  readonly visionPretrainingType?: 'classify' | 'inpaint' | 'dino' | undefined
  /** `--vocab-extra-ids` (Megatron): a whole number. */
  readonly vocabExtraIds?: number | undefined
  /** `--vocab-file` (Megatron): text. */
  readonly vocabFile?: string | undefined
  /** `--vocab-size` (Megatron): a whole number. */
  readonly vocabSize?: number | undefined
  /** `--wandb-always-use-train-step` (slime): a switch. */
  readonly wandbAlwaysUseTrainStep?: boolean | undefined
  /** `--wandb-dir` (slime): text. */
  readonly wandbDir?: string | undefined
  /** `--wandb-entity` (Megatron): text. */
  readonly wandbEntity?: string | undefined
  /** `--wandb-exp-name` (Megatron): text. */
  readonly wandbExpName?: string | undefined
  /** `--wandb-group` (slime): text. */
  readonly wandbGroup?: string | undefined
  /** `--wandb-host` (slime): text. */
  readonly wandbHost?: string | undefined
  /** `--wandb-key` (slime): text. */
  readonly wandbKey?: string | undefined
  /** `--wandb-mode` (slime): one of online, offline, disabled. */
  readonly wandbMode?: 'online' | 'offline' | 'disabled' | undefined
  /** `--wandb-project` (Megatron): text. */
  readonly wandbProject?: string | undefined
  /** `--wandb-run-id` (slime): text. */
  readonly wandbRunId?: string | undefined
  /** `--wandb-save-dir` (Megatron): text. */
  readonly wandbSaveDir?: string | undefined
  /** `--wandb-team` (slime): text. */
  readonly wandbTeam?: string | undefined
  /** `--warmup` (Megatron): a whole number. */
  readonly warmup?: number | undefined
  /** `--weight-decay` (Megatron): a number. */
  readonly weightDecay?: number | undefined
  /** `--weight-decay-incr-style` (Megatron): one of constant, linear, cosine. */
  readonly weightDecayIncrStyle?: 'constant' | 'linear' | 'cosine' | undefined
  /** `--wgrad-deferral-limit` (Megatron): a whole number. */
  readonly wgradDeferralLimit?: number | undefined
  /** `--window-attn-skip-freq` (Megatron): text. */
  readonly windowAttnSkipFreq?: string | number | undefined
  /** `--window-size` (Megatron): text. */
  readonly windowSize?: string | number | undefined
  /** `--yaml-cfg` (Megatron): text. */
  readonly yamlCfg?: string | undefined
}

/** What each option becomes on the command line. */
export const slimeFlags: Readonly<Record<keyof SlimeFlags, SlimeFlag>> = {
  accountForEmbeddingInPipelineSplit: { flag: '--account-for-embedding-in-pipeline-split', origin: 'megatron', arity: 0 },
  accountForLossInPipelineSplit: { flag: '--account-for-loss-in-pipeline-split', origin: 'megatron', arity: 0 },
  accumulateAllreduceGradsInFp32: { flag: '--accumulate-allreduce-grads-in-fp32', origin: 'megatron', arity: 0 },
  activationFuncClampValue: { flag: '--activation-func-clamp-value', origin: 'megatron', arity: 1, type: 'float' },
  actorNumGpusPerNode: { flag: '--actor-num-gpus-per-node', origin: 'slime', arity: 1, type: 'int' },
  actorNumNodes: { flag: '--actor-num-nodes', origin: 'slime', arity: 1, type: 'int' },
  adamBeta1: { flag: '--adam-beta1', origin: 'megatron', arity: 1, type: 'float' },
  adamBeta2: { flag: '--adam-beta2', origin: 'megatron', arity: 1, type: 'float' },
  adamEps: { flag: '--adam-eps', origin: 'megatron', arity: 1, type: 'float' },
  addQkvBias: { flag: '--add-qkv-bias', origin: 'megatron', arity: 0 },
  adlrAutoresume: { flag: '--adlr-autoresume', origin: 'megatron', arity: 0 },
  adlrAutoresumeInterval: { flag: '--adlr-autoresume-interval', origin: 'megatron', arity: 1, type: 'int' },
  advantageEstimator: { flag: '--advantage-estimator', origin: 'slime', arity: 1, type: 'str', choices: ['grpo', 'gspo', 'cispo', 'reinforce_plus_plus', 'reinforce_plus_plus_baseline', 'ppo'] },
  allgatherCp: { flag: '--allgather-cp', origin: 'slime', arity: 0 },
  allowAmbiguousPadTokens: { flag: '--allow-ambiguous-pad-tokens', origin: 'megatron', arity: 0 },
  appTagRunName: { flag: '--app-tag-run-name', origin: 'megatron', arity: 1, type: 'str' },
  appTagRunVersion: { flag: '--app-tag-run-version', origin: 'megatron', arity: 1, type: 'str' },
  applyChatTemplate: { flag: '--apply-chat-template', origin: 'slime', arity: 0 },
  applyChatTemplateKwargs: { flag: '--apply-chat-template-kwargs', origin: 'slime', arity: 1, type: 'json' },
  applyLayernorm1p: { flag: '--apply-layernorm-1p', origin: 'megatron', arity: 0 },
  applyQueryKeyLayerScaling: { flag: '--apply-query-key-layer-scaling', origin: 'megatron', arity: 0 },
  applyResidualConnectionPostLayernorm: { flag: '--apply-residual-connection-post-layernorm', origin: 'megatron', arity: 0 },
  applyWdToQkLayernorm: { flag: '--apply-wd-to-qk-layernorm', origin: 'megatron', arity: 0 },
  asyncSave: { flag: '--async-save', origin: 'megatron', arity: 0 },
  attentionBackend: { flag: '--attention-backend', origin: 'megatron', arity: 1, choices: ['flash', 'fused', 'unfused', 'local', 'auto'] },
  attentionDropout: { flag: '--attention-dropout', origin: 'megatron', arity: 1, type: 'float' },
  attentionOutputGate: { flag: '--attention-output-gate', origin: 'megatron', arity: 0 },
  attentionSoftmaxInFp32: { flag: '--attention-softmax-in-fp32', origin: 'megatron', arity: 0 },
  autoDetectCkptFormat: { flag: '--auto-detect-ckpt-format', origin: 'megatron', arity: 0 },
  balanceByFlops: { flag: '--balance-by-flops', origin: 'slime', arity: 0 },
  balanceData: { flag: '--balance-data', origin: 'slime', arity: 0 },
  batchInvariantMode: { flag: '--batch-invariant-mode', origin: 'megatron', arity: 0 },
  batchSize: { flag: '--batch-size', origin: 'megatron', arity: 1, type: 'int' },
  bertEmbedderType: { flag: '--bert-embedder-type', origin: 'megatron', arity: 1, choices: ['megatron', 'huggingface'] },
  bertLoad: { flag: '--bert-load', origin: 'megatron', arity: 1, type: 'str' },
  bertNoBinaryHead: { flag: '--bert-no-binary-head', origin: 'megatron', arity: 0 },
  bf16: { flag: '--bf16', origin: 'megatron', arity: 0 },
  biencoderProjectionDim: { flag: '--biencoder-projection-dim', origin: 'megatron', arity: 1, type: 'int' },
  biencoderSharedQueryContextModel: { flag: '--biencoder-shared-query-context-model', origin: 'megatron', arity: 0 },
  blockDataPath: { flag: '--block-data-path', origin: 'megatron', arity: 1, type: 'str' },
  bufferFilterPath: { flag: '--buffer-filter-path', origin: 'slime', arity: 1, type: 'str' },
  cacheMlaLatents: { flag: '--cache-mla-latents', origin: 'megatron', arity: 0 },
  calcFtTimeouts: { flag: '--calc-ft-timeouts', origin: 'megatron', arity: 0 },
  calculatePerTokenLoss: { flag: '--calculate-per-token-loss', origin: 'megatron', arity: 0 },
  checkForLargeGrads: { flag: '--check-for-large-grads', origin: 'megatron', arity: 0 },
  checkForSpikyLoss: { flag: '--check-for-spiky-loss', origin: 'megatron', arity: 0 },
  checkWeightHashAcrossDpReplicasInterval: { flag: '--check-weight-hash-across-dp-replicas-interval', origin: 'megatron', arity: 1, type: 'int' },
  checkWeightUpdateEqual: { flag: '--check-weight-update-equal', origin: 'slime', arity: 0 },
  checkpointActivations: { flag: '--checkpoint-activations', origin: 'megatron', arity: 0 },
  ciDisableKlChecker: { flag: '--ci-disable-kl-checker', origin: 'slime', arity: 0 },
  ciLoadGradNorm: { flag: '--ci-load-grad-norm', origin: 'slime', arity: 1, type: 'str' },
  ciSaveGradNorm: { flag: '--ci-save-grad-norm', origin: 'slime', arity: 1, type: 'str' },
  ciTest: { flag: '--ci-test', origin: 'slime', arity: 0 },
  ciTrainRolloutLogprobAbsDiffThreshold: { flag: '--ci-train-rollout-logprob-abs-diff-threshold', origin: 'slime', arity: 1, type: 'float' },
  ckptAssumeConstantStructure: { flag: '--ckpt-assume-constant-structure', origin: 'megatron', arity: 0 },
  ckptConvertFormat: { flag: '--ckpt-convert-format', origin: 'megatron', arity: 1, type: 'str', choices: ['torch', 'torch_dist'] },
  ckptConvertSave: { flag: '--ckpt-convert-save', origin: 'megatron', arity: 1, type: 'str' },
  ckptConvertUpdateLegacyDistOptFormat: { flag: '--ckpt-convert-update-legacy-dist-opt-format', origin: 'megatron', arity: 0 },
  ckptFormat: { flag: '--ckpt-format', origin: 'megatron', arity: 1, type: 'str', choices: ['torch', 'torch_dist', 'torch_dcp', 'fsdp_dtensor'] },
  ckptFullyParallelLoad: { flag: '--ckpt-fully-parallel-load', origin: 'megatron', arity: 0 },
  ckptFullyParallelSave: { flag: '--ckpt-fully-parallel-save', origin: 'megatron', arity: 0 },
  ckptStep: { flag: '--ckpt-step', origin: 'megatron', arity: 1, type: 'int' },
  classesFraction: { flag: '--classes-fraction', origin: 'megatron', arity: 1, type: 'float' },
  clipGrad: { flag: '--clip-grad', origin: 'megatron', arity: 1, type: 'float' },
  colocate: { flag: '--colocate', origin: 'slime', arity: 0 },
  configLoggerDir: { flag: '--config-logger-dir', origin: 'megatron', arity: 1, type: 'str' },
  contextParallelSize: { flag: '--context-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  cpCommType: { flag: '--cp-comm-type', origin: 'megatron', arity: '+', type: 'str' },
  cpuOffloadingNumLayers: { flag: '--cpu-offloading-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  createAllGatherGroup: { flag: '--create-all-gather-group', origin: 'megatron', arity: 0 },
  crossEntropyFusionImpl: { flag: '--cross-entropy-fusion-impl', origin: 'megatron', arity: 1, type: 'str', choices: ['native', 'te', 'linear'] },
  crossEntropyLossFusion: { flag: '--cross-entropy-loss-fusion', origin: 'megatron', arity: 0 },
  cudaGraphImpl: { flag: '--cuda-graph-impl', origin: 'megatron', arity: 1, type: 'str', choices: ['none', 'local', 'transformer_engine'] },
  cudaGraphScope: { flag: '--cuda-graph-scope', origin: 'megatron', arity: '+' },
  cudaGraphWarmupSteps: { flag: '--cuda-graph-warmup-steps', origin: 'megatron', arity: 1, type: 'int' },
  customAdvantageFunctionPath: { flag: '--custom-advantage-function-path', origin: 'slime', arity: 1, type: 'str' },
  customConfigPath: { flag: '--custom-config-path', origin: 'slime', arity: 1, type: 'str' },
  customConvertSamplesToTrainDataPath: { flag: '--custom-convert-samples-to-train-data-path', origin: 'slime', arity: 1, type: 'str' },
  customEvalRolloutLogFunctionPath: { flag: '--custom-eval-rollout-log-function-path', origin: 'slime', arity: 1, type: 'str' },
  customGenerateFunctionPath: { flag: '--custom-generate-function-path', origin: 'slime', arity: 1, type: 'str' },
  customLossFunctionPath: { flag: '--custom-loss-function-path', origin: 'slime', arity: 1, type: 'str' },
  customMegatronBeforeLogProbHookPath: { flag: '--custom-megatron-before-log-prob-hook-path', origin: 'slime', arity: 1, type: 'str' },
  customMegatronBeforeTrainStepHookPath: { flag: '--custom-megatron-before-train-step-hook-path', origin: 'slime', arity: 1, type: 'str' },
  customMegatronInitPath: { flag: '--custom-megatron-init-path', origin: 'slime', arity: 1, type: 'str' },
  customModelProviderPath: { flag: '--custom-model-provider-path', origin: 'slime', arity: 1, type: 'str' },
  customPgLossReducerFunctionPath: { flag: '--custom-pg-loss-reducer-function-path', origin: 'slime', arity: 1, type: 'str' },
  customRewardPostProcessPath: { flag: '--custom-reward-post-process-path', origin: 'slime', arity: 1, type: 'str' },
  customRmPath: { flag: '--custom-rm-path', origin: 'slime', arity: 1, type: 'str' },
  customRolloutLogFunctionPath: { flag: '--custom-rollout-log-function-path', origin: 'slime', arity: 1, type: 'str' },
  customTisFunctionPath: { flag: '--custom-tis-function-path', origin: 'slime', arity: 1, type: 'str' },
  customUpdateWeightPostWritePath: { flag: '--custom-update-weight-post-write-path', origin: 'slime', arity: 1, type: 'str' },
  dataArgsPath: { flag: '--data-args-path', origin: 'megatron', arity: 1, type: 'str' },
  dataCachePath: { flag: '--data-cache-path', origin: 'megatron', arity: 1 },
  dataPadSizeMultiplier: { flag: '--data-pad-size-multiplier', origin: 'slime', arity: 1, type: 'int' },
  dataParallelRandomInit: { flag: '--data-parallel-random-init', origin: 'megatron', arity: 0 },
  dataParallelShardingStrategy: { flag: '--data-parallel-sharding-strategy', origin: 'megatron', arity: 1, type: 'str', choices: ['no_shard', 'optim', 'optim_grads', 'optim_grads_params'] },
  dataPath: { flag: '--data-path', origin: 'megatron', arity: '*' },
  dataPerClassFraction: { flag: '--data-per-class-fraction', origin: 'megatron', arity: 1, type: 'float' },
  dataSourcePath: { flag: '--data-source-path', origin: 'slime', arity: 1, type: 'str' },
  dataloaderDeferNpyIndexMmap: { flag: '--dataloader-defer-npy-index-mmap', origin: 'megatron', arity: 0 },
  dataloaderFastCacheLoad: { flag: '--dataloader-fast-cache-load', origin: 'megatron', arity: 0 },
  dataloaderType: { flag: '--dataloader-type', origin: 'megatron', arity: 1, type: 'str', choices: ['single', 'cyclic', 'external'] },
  ddpAverageInCollective: { flag: '--ddp-average-in-collective', origin: 'megatron', arity: 0 },
  ddpBucketSize: { flag: '--ddp-bucket-size', origin: 'megatron', arity: 1, type: 'int' },
  ddpNumBuckets: { flag: '--ddp-num-buckets', origin: 'megatron', arity: 1, type: 'int' },
  ddpPadBucketsForHighNcclBusbw: { flag: '--ddp-pad-buckets-for-high-nccl-busbw', origin: 'megatron', arity: 0 },
  ddpReduceScatterWithFp32Accumulation: { flag: '--ddp-reduce-scatter-with-fp32-accumulation', origin: 'megatron', arity: 0 },
  debugRolloutOnly: { flag: '--debug-rollout-only', origin: 'slime', arity: 0 },
  debugTrainOnly: { flag: '--debug-train-only', origin: 'slime', arity: 0 },
  decodeOnlyCudaGraphs: { flag: '--decode-only-cuda-graphs', origin: 'megatron', arity: 0 },
  decoderFirstPipelineNumLayers: { flag: '--decoder-first-pipeline-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  decoderLastPipelineNumLayers: { flag: '--decoder-last-pipeline-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  decoderNumLayers: { flag: '--decoder-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  decoderSeqLength: { flag: '--decoder-seq-length', origin: 'megatron', arity: 1, type: 'int' },
  decoupledLr: { flag: '--decoupled-lr', origin: 'megatron', arity: 1, type: 'float' },
  decoupledMinLr: { flag: '--decoupled-min-lr', origin: 'megatron', arity: 1, type: 'float' },
  decreaseBatchSizeIfNeeded: { flag: '--decrease-batch-size-if-needed', origin: 'megatron', arity: 0 },
  deferEmbeddingWgradCompute: { flag: '--defer-embedding-wgrad-compute', origin: 'megatron', arity: 0 },
  delayWgradCompute: { flag: '--delay-wgrad-compute', origin: 'megatron', arity: 0 },
  deterministicMode: { flag: '--deterministic-mode', origin: 'megatron', arity: 0 },
  dinoBottleneckSize: { flag: '--dino-bottleneck-size', origin: 'megatron', arity: 1, type: 'int' },
  dinoFreezeLastLayer: { flag: '--dino-freeze-last-layer', origin: 'megatron', arity: 1, type: 'float' },
  dinoHeadHiddenSize: { flag: '--dino-head-hidden-size', origin: 'megatron', arity: 1, type: 'int' },
  dinoLocalCropsNumber: { flag: '--dino-local-crops-number', origin: 'megatron', arity: 1, type: 'int' },
  dinoLocalImgSize: { flag: '--dino-local-img-size', origin: 'megatron', arity: 1, type: 'int' },
  dinoNormLastLayer: { flag: '--dino-norm-last-layer', origin: 'megatron', arity: 0 },
  dinoTeacherTemp: { flag: '--dino-teacher-temp', origin: 'megatron', arity: 1, type: 'float' },
  dinoWarmupTeacherTemp: { flag: '--dino-warmup-teacher-temp', origin: 'megatron', arity: 1, type: 'float' },
  dinoWarmupTeacherTempEpochs: { flag: '--dino-warmup-teacher-temp-epochs', origin: 'megatron', arity: 1, type: 'int' },
  disableAsyncTensorModelParallelAllreduce: { flag: '--disable-async-tensor-model-parallel-allreduce', origin: 'megatron', arity: 0 },
  disableBf16ReducedPrecisionMatmul: { flag: '--disable-bf16-reduced-precision-matmul', origin: 'megatron', arity: 0 },
  disableBiasLinear: { flag: '--disable-bias-linear', origin: 'megatron', arity: 0 },
  disableChunkedPrefill: { flag: '--disable-chunked-prefill', origin: 'megatron', arity: 0 },
  disableCkptFullyParallelSave: { flag: '--disable-ckpt-fully-parallel-save', origin: 'megatron', arity: 0 },
  disableCloneScatterOutputInEmbedding: { flag: '--disable-clone-scatter-output-in-embedding', origin: 'megatron', arity: 0 },
  disableComputeAdvantagesAndReturns: { flag: '--disable-compute-advantages-and-returns', origin: 'slime', arity: 0 },
  disableFp8Wgrad: { flag: '--disable-fp8-wgrad', origin: 'megatron', arity: 0 },
  disableGlooProcessGroups: { flag: '--disable-gloo-process-groups', origin: 'megatron', arity: 0 },
  disableGrpoStdNormalization: { flag: '--disable-grpo-std-normalization', origin: 'slime', arity: 0 },
  disableJitFuser: { flag: '--disable-jit-fuser', origin: 'megatron', arity: 0 },
  disableLogLossScaleToTensorboard: { flag: '--disable-log-loss-scale-to-tensorboard', origin: 'megatron', arity: 0 },
  disableMambaMemEffPath: { flag: '--disable-mamba-mem-eff-path', origin: 'megatron', arity: 0 },
  disableManualGcEval: { flag: '--disable-manual-gc-eval', origin: 'megatron', arity: 0 },
  disableMsc: { flag: '--disable-msc', origin: 'megatron', arity: 0 },
  disableRewardsNormalization: { flag: '--disable-rewards-normalization', origin: 'slime', arity: 0 },
  disableRolloutGlobalDataset: { flag: '--disable-rollout-global-dataset', origin: 'slime', arity: 0 },
  disableStragglerOnStartup: { flag: '--disable-straggler-on-startup', origin: 'megatron', arity: 0 },
  disableStrictFsdpDtensorLoad: { flag: '--disable-strict-fsdp-dtensor-load', origin: 'megatron', arity: 0 },
  disableSymmetricRegistration: { flag: '--disable-symmetric-registration', origin: 'megatron', arity: 0 },
  disableTpCommBulkDgrad: { flag: '--disable-tp-comm-bulk-dgrad', origin: 'megatron', arity: 0 },
  disableTpCommBulkWgrad: { flag: '--disable-tp-comm-bulk-wgrad', origin: 'megatron', arity: 0 },
  disableTpCommOverlapAg: { flag: '--disable-tp-comm-overlap-ag', origin: 'megatron', arity: 0 },
  disableTpCommOverlapRs: { flag: '--disable-tp-comm-overlap-rs', origin: 'megatron', arity: 0 },
  disableTpCommSplitAg: { flag: '--disable-tp-comm-split-ag', origin: 'megatron', arity: 0 },
  disableTpCommSplitRs: { flag: '--disable-tp-comm-split-rs', origin: 'megatron', arity: 0 },
  disableUseTokenizerModelFromCheckpointArgs: { flag: '--disable-use-tokenizer-model-from-checkpoint-args', origin: 'megatron', arity: 0 },
  disableWandbRandomSuffix: { flag: '--disable-wandb-random-suffix', origin: 'slime', arity: 0 },
  distCkptFormat: { flag: '--dist-ckpt-format', origin: 'megatron', arity: 1 },
  distCkptOptimFullyReshardable: { flag: '--dist-ckpt-optim-fully-reshardable', origin: 'megatron', arity: 0 },
  distCkptSavePreMcore014: { flag: '--dist-ckpt-save-pre-mcore-014', origin: 'megatron', arity: 0 },
  distCkptStrictness: { flag: '--dist-ckpt-strictness', origin: 'megatron', arity: 1, type: 'str', choices: ['assume_ok_unexpected', 'log_unexpected', 'log_all', 'raise_unexpected', 'raise_all', 'return_unexpected', 'return_all', 'ignore_all'] },
  distribOptimFullyReshardableMemEfficient: { flag: '--distrib-optim-fully-reshardable-mem-efficient', origin: 'megatron', arity: 0 },
  distributeSavedActivations: { flag: '--distribute-saved-activations', origin: 'megatron', arity: 0 },
  distributedBackend: { flag: '--distributed-backend', origin: 'megatron', arity: 1, choices: ['nccl', 'gloo'] },
  distributedTimeoutMinutes: { flag: '--distributed-timeout-minutes', origin: 'megatron', arity: 1, type: 'int' },
  distributedTimeoutSecondsAfterInit: { flag: '--distributed-timeout-seconds-after-init', origin: 'megatron', arity: 1, type: 'int' },
  dsaIndexerHeadDim: { flag: '--dsa-indexer-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  dsaIndexerLossCoeff: { flag: '--dsa-indexer-loss-coeff', origin: 'megatron', arity: 1, type: 'float' },
  dsaIndexerNHeads: { flag: '--dsa-indexer-n-heads', origin: 'megatron', arity: 1, type: 'int' },
  dsaIndexerTopk: { flag: '--dsa-indexer-topk', origin: 'megatron', arity: 1, type: 'int' },
  dsaIndexerUseSparseLoss: { flag: '--dsa-indexer-use-sparse-loss', origin: 'megatron', arity: 0 },
  dumpDetails: { flag: '--dump-details', origin: 'slime', arity: 1, type: 'str' },
  dumpParamToParamGroupMap: { flag: '--dump-param-to-param-group-map', origin: 'megatron', arity: 1, type: 'str' },
  dynamicSamplingFilterPath: { flag: '--dynamic-sampling-filter-path', origin: 'slime', arity: 1, type: 'str' },
  embeddingInitMethodStd: { flag: '--embedding-init-method-std', origin: 'megatron', arity: 1, type: 'float' },
  embeddingPath: { flag: '--embedding-path', origin: 'megatron', arity: 1, type: 'str' },
  emptyUnusedMemoryLevel: { flag: '--empty-unused-memory-level', origin: 'megatron', arity: 1, type: 'int', choices: [0, 1, 2] },
  enableChunkedPrefill: { flag: '--enable-chunked-prefill', origin: 'megatron', arity: 0 },
  enableCudaGraph: { flag: '--enable-cuda-graph', origin: 'megatron', arity: 0 },
  enableExperimental: { flag: '--enable-experimental', origin: 'megatron', arity: 0 },
  enableFtPackage: { flag: '--enable-ft-package', origin: 'megatron', arity: 0 },
  enableFullShardingInHsdp: { flag: '--enable-full-sharding-in-hsdp', origin: 'megatron', arity: 0 },
  enableMtpTraining: { flag: '--enable-mtp-training', origin: 'slime', arity: 0 },
  encoderNumLayers: { flag: '--encoder-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  encoderSeqLength: { flag: '--encoder-seq-length', origin: 'megatron', arity: 1, type: 'int' },
  endWeightDecay: { flag: '--end-weight-decay', origin: 'megatron', arity: 1, type: 'float' },
  entropyCoef: { flag: '--entropy-coef', origin: 'slime', arity: 1, type: 'float' },
  eodMaskLoss: { flag: '--eod-mask-loss', origin: 'megatron', arity: 0 },
  epOverlapEarlyAttnMemoryRelease: { flag: '--ep-overlap-early-attn-memory-release', origin: 'megatron', arity: 0 },
  epsClip: { flag: '--eps-clip', origin: 'slime', arity: 1, type: 'float' },
  epsClipC: { flag: '--eps-clip-c', origin: 'slime', arity: 1, type: 'float' },
  epsClipHigh: { flag: '--eps-clip-high', origin: 'slime', arity: 1, type: 'float' },
  errorInjectionRate: { flag: '--error-injection-rate', origin: 'megatron', arity: 1, type: 'int' },
  errorInjectionType: { flag: '--error-injection-type', origin: 'megatron', arity: 1, type: 'str', choices: ['correct_result', 'transient_error', 'persistent_error'] },
  evalConfig: { flag: '--eval-config', origin: 'slime', arity: 1, type: 'str' },
  evalFunctionPath: { flag: '--eval-function-path', origin: 'slime', arity: 1, type: 'str' },
  evalInputKey: { flag: '--eval-input-key', origin: 'slime', arity: 1, type: 'str' },
  evalInterval: { flag: '--eval-interval', origin: 'megatron', arity: 1, type: 'int' },
  evalIters: { flag: '--eval-iters', origin: 'megatron', arity: 1, type: 'int' },
  evalLabelKey: { flag: '--eval-label-key', origin: 'slime', arity: 1, type: 'str' },
  evalMaxContextLen: { flag: '--eval-max-context-len', origin: 'slime', arity: 1, type: 'int' },
  evalMaxPromptLen: { flag: '--eval-max-prompt-len', origin: 'slime', arity: 1, type: 'int' },
  evalMaxResponseLen: { flag: '--eval-max-response-len', origin: 'slime', arity: 1, type: 'int' },
  evalMinNewTokens: { flag: '--eval-min-new-tokens', origin: 'slime', arity: 1, type: 'int' },
  evalPromptData: { flag: '--eval-prompt-data', origin: 'slime', arity: '+', type: 'str' },
  evalRewardKey: { flag: '--eval-reward-key', origin: 'slime', arity: 1, type: 'str' },
  evalTemperature: { flag: '--eval-temperature', origin: 'slime', arity: 1, type: 'float' },
  evalToolKey: { flag: '--eval-tool-key', origin: 'slime', arity: 1, type: 'str' },
  evalTopK: { flag: '--eval-top-k', origin: 'slime', arity: 1, type: 'int' },
  evalTopP: { flag: '--eval-top-p', origin: 'slime', arity: 1, type: 'float' },
  evidenceDataPath: { flag: '--evidence-data-path', origin: 'megatron', arity: 1, type: 'str' },
  exitDurationInMins: { flag: '--exit-duration-in-mins', origin: 'megatron', arity: 1, type: 'int' },
  exitInterval: { flag: '--exit-interval', origin: 'megatron', arity: 1, type: 'int' },
  exitOnMissingCheckpoint: { flag: '--exit-on-missing-checkpoint', origin: 'megatron', arity: 0 },
  exitSignal: { flag: '--exit-signal', origin: 'megatron', arity: 1, choices: ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT', 'SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS', 'SIGRTMIN', 'SIGRTMAX'] },
  exitSignalHandler: { flag: '--exit-signal-handler', origin: 'megatron', arity: 0 },
  exitSignalHandlerForDataloader: { flag: '--exit-signal-handler-for-dataloader', origin: 'megatron', arity: 0 },
  expAvgDtype: { flag: '--exp-avg-dtype', origin: 'megatron', arity: 1, choices: ['fp32', 'fp16', 'bf16', 'fp8'] },
  expAvgSqDtype: { flag: '--exp-avg-sq-dtype', origin: 'megatron', arity: 1, choices: ['fp32', 'fp16', 'bf16', 'fp8'] },
  experimentalAttentionVariant: { flag: '--experimental-attention-variant', origin: 'megatron', arity: 1, type: 'str', choices: ['gated_delta_net', 'dsa'] },
  expertModelParallelSize: { flag: '--expert-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  expertTensorParallelSize: { flag: '--expert-tensor-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  externalCudaGraph: { flag: '--external-cuda-graph', origin: 'megatron', arity: 0 },
  fakeProcessGroup: { flag: '--fake-process-group', origin: 'megatron', arity: 0 },
  fallbackToEagerAttn: { flag: '--fallback-to-eager-attn', origin: 'megatron', arity: 0 },
  fetchTrajectoryRetryTimes: { flag: '--fetch-trajectory-retry-times', origin: 'slime', arity: 1, type: 'int' },
  ffnHiddenSize: { flag: '--ffn-hidden-size', origin: 'megatron', arity: 1, type: 'int' },
  fimData: { flag: '--fim-data', origin: 'megatron', arity: 0 },
  fimEodToken: { flag: '--fim-eod-token', origin: 'megatron', arity: 1, type: 'str' },
  fimFragmentRate: { flag: '--fim-fragment-rate', origin: 'megatron', arity: 1, type: 'float' },
  fimMiddleToken: { flag: '--fim-middle-token', origin: 'megatron', arity: 1, type: 'str' },
  fimNoPrefix: { flag: '--fim-no-prefix', origin: 'megatron', arity: 1, type: 'str' },
  fimPadToken: { flag: '--fim-pad-token', origin: 'megatron', arity: 1, type: 'str' },
  fimPrefixToken: { flag: '--fim-prefix-token', origin: 'megatron', arity: 1, type: 'str' },
  fimRate: { flag: '--fim-rate', origin: 'megatron', arity: 1, type: 'float' },
  fimSplitSample: { flag: '--fim-split-sample', origin: 'megatron', arity: 1, type: 'str' },
  fimSpmRate: { flag: '--fim-spm-rate', origin: 'megatron', arity: 1, type: 'float' },
  fimSuffixToken: { flag: '--fim-suffix-token', origin: 'megatron', arity: 1, type: 'str' },
  fineGrainedActivationOffloading: { flag: '--fine-grained-activation-offloading', origin: 'megatron', arity: 0 },
  finetune: { flag: '--finetune', origin: 'megatron', arity: 0 },
  firstLastLayersBf16: { flag: '--first-last-layers-bf16', origin: 'megatron', arity: 0 },
  flashDecode: { flag: '--flash-decode', origin: 'megatron', arity: 0 },
  fp16: { flag: '--fp16', origin: 'megatron', arity: 0 },
  fp16LmCrossEntropy: { flag: '--fp16-lm-cross-entropy', origin: 'megatron', arity: 0 },
  fp32ResidualConnection: { flag: '--fp32-residual-connection', origin: 'megatron', arity: 0 },
  fp4Format: { flag: '--fp4-format', origin: 'megatron', arity: 1, type: 'str', choices: ['e2m1'] },
  fp4ParamGather: { flag: '--fp4-param-gather', origin: 'megatron', arity: 0 },
  fp4QuantizerFactory: { flag: '--fp4-quantizer-factory', origin: 'megatron', arity: 1, type: 'str' },
  fp4Recipe: { flag: '--fp4-recipe', origin: 'megatron', arity: 1, type: 'str', choices: ['nvfp4', 'custom'] },
  fp8AmaxComputeAlgo: { flag: '--fp8-amax-compute-algo', origin: 'megatron', arity: 1, type: 'str', choices: ['most_recent', 'max'] },
  fp8AmaxHistoryLen: { flag: '--fp8-amax-history-len', origin: 'megatron', arity: 1, type: 'int' },
  fp8Format: { flag: '--fp8-format', origin: 'megatron', arity: 1, type: 'str', choices: ['e4m3', 'hybrid'] },
  fp8Interval: { flag: '--fp8-interval', origin: 'megatron', arity: 1, type: 'int' },
  fp8Margin: { flag: '--fp8-margin', origin: 'megatron', arity: 1, type: 'int' },
  fp8ParamGather: { flag: '--fp8-param-gather', origin: 'megatron', arity: 0 },
  fp8QuantizerFactory: { flag: '--fp8-quantizer-factory', origin: 'megatron', arity: 1, type: 'str' },
  fp8Recipe: { flag: '--fp8-recipe', origin: 'megatron', arity: 1, type: 'str', choices: ['tensorwise', 'delayed', 'mxfp8', 'blockwise', 'custom'] },
  freezeIndexer: { flag: '--freeze-indexer', origin: 'slime', arity: 0 },
  freezeParamsNameList: { flag: '--freeze-params-name-list', origin: 'slime', arity: '*', type: 'str' },
  fsdpDoubleBuffer: { flag: '--fsdp-double-buffer', origin: 'megatron', arity: 0 },
  fsdpManualRegistration: { flag: '--fsdp-manual-registration', origin: 'megatron', arity: 0 },
  ftNumWarmupIters: { flag: '--ft-num-warmup-iters', origin: 'megatron', arity: 1, type: 'int' },
  fullValidation: { flag: '--full-validation', origin: 'megatron', arity: 0 },
  gamma: { flag: '--gamma', origin: 'slime', arity: 1, type: 'float' },
  getMismatchMetrics: { flag: '--get-mismatch-metrics', origin: 'slime', arity: 0 },
  globalBatchSize: { flag: '--global-batch-size', origin: 'megatron', arity: 1, type: 'int' },
  gluLinearOffset: { flag: '--glu-linear-offset', origin: 'megatron', arity: 1, type: 'float' },
  gradReduceInBf16: { flag: '--grad-reduce-in-bf16', origin: 'megatron', arity: 0 },
  groupQueryAttention: { flag: '--group-query-attention', origin: 'megatron', arity: 0 },
  groupRm: { flag: '--group-rm', origin: 'slime', arity: 0 },
  grpoClampEpsLower: { flag: '--grpo-clamp-eps-lower', origin: 'megatron', arity: 1, type: 'float' },
  grpoClampEpsUpper: { flag: '--grpo-clamp-eps-upper', origin: 'megatron', arity: 1, type: 'float' },
  grpoEntropyTermWeight: { flag: '--grpo-entropy-term-weight', origin: 'megatron', arity: 1, type: 'float' },
  grpoFilterGroupsWithSameReward: { flag: '--grpo-filter-groups-with-same-reward', origin: 'megatron', arity: 0 },
  grpoGroupSize: { flag: '--grpo-group-size', origin: 'megatron', arity: 1, type: 'int' },
  grpoIterations: { flag: '--grpo-iterations', origin: 'megatron', arity: 1, type: 'int' },
  grpoKlBeta: { flag: '--grpo-kl-beta', origin: 'megatron', arity: 1, type: 'float' },
  grpoPromptsPerStep: { flag: '--grpo-prompts-per-step', origin: 'megatron', arity: 1, type: 'int' },
  headLrMult: { flag: '--head-lr-mult', origin: 'megatron', arity: 1, type: 'float' },
  heterogeneousLayersConfigEncodedJson: { flag: '--heterogeneous-layers-config-encoded-json', origin: 'megatron', arity: 1, type: 'str' },
  heterogeneousLayersConfigPath: { flag: '--heterogeneous-layers-config-path', origin: 'megatron', arity: 1, type: 'str' },
  hfCheckpoint: { flag: '--hf-checkpoint', origin: 'slime', arity: 1, type: 'str' },
  hiddenDropout: { flag: '--hidden-dropout', origin: 'megatron', arity: 1, type: 'float' },
  hiddenSize: { flag: '--hidden-size', origin: 'megatron', arity: 1, type: 'int' },
  hierarchicalContextParallelSizes: { flag: '--hierarchical-context-parallel-sizes', origin: 'megatron', arity: '+', type: 'int' },
  highPriorityStreamGroups: { flag: '--high-priority-stream-groups', origin: 'megatron', arity: '*', type: 'str' },
  httpProxy: { flag: '--http-proxy', origin: 'slime', arity: 1, type: 'str' },
  hybridAttentionRatio: { flag: '--hybrid-attention-ratio', origin: 'megatron', arity: 1, type: 'float' },
  hybridContextParallel: { flag: '--hybrid-context-parallel', origin: 'megatron', arity: 0 },
  hybridMlpRatio: { flag: '--hybrid-mlp-ratio', origin: 'megatron', arity: 1, type: 'float' },
  hybridOverridePattern: { flag: '--hybrid-override-pattern', origin: 'megatron', arity: 1, type: 'str' },
  hysteresis: { flag: '--hysteresis', origin: 'megatron', arity: 1, type: 'int' },
  ictHeadSize: { flag: '--ict-head-size', origin: 'megatron', arity: 1, type: 'int' },
  ictLoad: { flag: '--ict-load', origin: 'megatron', arity: 1, type: 'str' },
  imgH: { flag: '--img-h', origin: 'megatron', arity: 1, type: 'int' },
  imgW: { flag: '--img-w', origin: 'megatron', arity: 1, type: 'int' },
  indexerBatchSize: { flag: '--indexer-batch-size', origin: 'megatron', arity: 1, type: 'int' },
  indexerLogInterval: { flag: '--indexer-log-interval', origin: 'megatron', arity: 1, type: 'int' },
  inferenceBatchTimesSeqlenThreshold: { flag: '--inference-batch-times-seqlen-threshold', origin: 'megatron', arity: 1, type: 'int' },
  inferenceCoordinatorPort: { flag: '--inference-coordinator-port', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatching: { flag: '--inference-dynamic-batching', origin: 'megatron', arity: 0 },
  inferenceDynamicBatchingBlockSize: { flag: '--inference-dynamic-batching-block-size', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingBufferSizeGb: { flag: '--inference-dynamic-batching-buffer-size-gb', origin: 'megatron', arity: 1, type: 'float' },
  inferenceDynamicBatchingCudaGraphMaxTokens: { flag: '--inference-dynamic-batching-cuda-graph-max-tokens', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingCudaGraphMixedPrefillCount: { flag: '--inference-dynamic-batching-cuda-graph-mixed-prefill-count', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingMaxRequests: { flag: '--inference-dynamic-batching-max-requests', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingMaxTokens: { flag: '--inference-dynamic-batching-max-tokens', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingNumCudaGraphs: { flag: '--inference-dynamic-batching-num-cuda-graphs', origin: 'megatron', arity: 1, type: 'int' },
  inferenceDynamicBatchingPausedBufferSizeGb: { flag: '--inference-dynamic-batching-paused-buffer-size-gb', origin: 'megatron', arity: 1, type: 'float' },
  inferenceDynamicBatchingTrackPausedRequestEvents: { flag: '--inference-dynamic-batching-track-paused-request-events', origin: 'megatron', arity: 0 },
  inferenceDynamicBatchingUnifiedMemoryLevel: { flag: '--inference-dynamic-batching-unified-memory-level', origin: 'megatron', arity: 1, type: 'int', choices: [0, 1] },
  inferenceFuseTpCommunication: { flag: '--inference-fuse-tp-communication', origin: 'megatron', arity: 0 },
  inferenceLoggingStepInterval: { flag: '--inference-logging-step-interval', origin: 'megatron', arity: 1, type: 'int' },
  inferenceMaxBatchSize: { flag: '--inference-max-batch-size', origin: 'megatron', arity: 1, type: 'int' },
  inferenceMaxRequests: { flag: '--inference-max-requests', origin: 'megatron', arity: 1, type: 'int' },
  inferenceMaxSeqLength: { flag: '--inference-max-seq-length', origin: 'megatron', arity: 1, type: 'int' },
  inferenceRngTracker: { flag: '--inference-rng-tracker', origin: 'megatron', arity: 0 },
  inferenceWandbLogging: { flag: '--inference-wandb-logging', origin: 'megatron', arity: 0 },
  initMethodStd: { flag: '--init-method-std', origin: 'megatron', arity: 1, type: 'float' },
  initMethodXavierUniform: { flag: '--init-method-xavier-uniform', origin: 'megatron', arity: 0 },
  initModelWithMetaDevice: { flag: '--init-model-with-meta-device', origin: 'megatron', arity: 0 },
  initialLossScale: { flag: '--initial-loss-scale', origin: 'megatron', arity: 1, type: 'float' },
  inprocessActiveWorldSize: { flag: '--inprocess-active-world-size', origin: 'megatron', arity: 1, type: 'int' },
  inprocessBarrierTimeout: { flag: '--inprocess-barrier-timeout', origin: 'megatron', arity: 1, type: 'float' },
  inprocessCompletionTimeout: { flag: '--inprocess-completion-timeout', origin: 'megatron', arity: 1, type: 'float' },
  inprocessEmptyCudaCache: { flag: '--inprocess-empty-cuda-cache', origin: 'megatron', arity: 0 },
  inprocessGranularity: { flag: '--inprocess-granularity', origin: 'megatron', arity: 1, type: 'str', choices: ['node', 'rank'] },
  inprocessHardTimeout: { flag: '--inprocess-hard-timeout', origin: 'megatron', arity: 1, type: 'float' },
  inprocessHeartbeatInterval: { flag: '--inprocess-heartbeat-interval', origin: 'megatron', arity: 1, type: 'float' },
  inprocessHeartbeatTimeout: { flag: '--inprocess-heartbeat-timeout', origin: 'megatron', arity: 1, type: 'float' },
  inprocessLastCallWait: { flag: '--inprocess-last-call-wait', origin: 'megatron', arity: 1, type: 'float' },
  inprocessMaxIterations: { flag: '--inprocess-max-iterations', origin: 'megatron', arity: 1, type: 'int' },
  inprocessMonitorProcessInterval: { flag: '--inprocess-monitor-process-interval', origin: 'megatron', arity: 1, type: 'float' },
  inprocessMonitorThreadInterval: { flag: '--inprocess-monitor-thread-interval', origin: 'megatron', arity: 1, type: 'float' },
  inprocessProgressWatchdogInterval: { flag: '--inprocess-progress-watchdog-interval', origin: 'megatron', arity: 1, type: 'float' },
  inprocessRestart: { flag: '--inprocess-restart', origin: 'megatron', arity: 0 },
  inprocessSoftTimeout: { flag: '--inprocess-soft-timeout', origin: 'megatron', arity: 1, type: 'float' },
  inprocessTerminationGraceTime: { flag: '--inprocess-termination-grace-time', origin: 'megatron', arity: 1, type: 'float' },
  inputKey: { flag: '--input-key', origin: 'slime', arity: 1, type: 'str' },
  isHybridModel: { flag: '--is-hybrid-model', origin: 'megatron', arity: 0 },
  iterPerEpoch: { flag: '--iter-per-epoch', origin: 'megatron', arity: 1, type: 'int' },
  iterationsToSkip: { flag: '--iterations-to-skip', origin: 'megatron', arity: '+', type: 'int' },
  keepFp8TransposeCache: { flag: '--keep-fp8-transpose-cache', origin: 'megatron', arity: 0 },
  keepOldActor: { flag: '--keep-old-actor', origin: 'slime', arity: 0 },
  kitchenAttentionBackend: { flag: '--kitchen-attention-backend', origin: 'megatron', arity: 1, type: 'str', choices: ['sdpa', 'fa'] },
  kitchenConfigFile: { flag: '--kitchen-config-file', origin: 'megatron', arity: 1, type: 'str' },
  kitchenRecipeNumber: { flag: '--kitchen-recipe-number', origin: 'megatron', arity: 1, type: 'int' },
  klCoef: { flag: '--kl-coef', origin: 'slime', arity: 1, type: 'float' },
  klLossCoef: { flag: '--kl-loss-coef', origin: 'slime', arity: 1, type: 'float' },
  klLossType: { flag: '--kl-loss-type', origin: 'slime', arity: 1, type: 'str', choices: ['k1', 'k2', 'k3', 'low_var_kl'] },
  kvChannels: { flag: '--kv-channels', origin: 'megatron', arity: 1, type: 'int' },
  kvLoraRank: { flag: '--kv-lora-rank', origin: 'megatron', arity: 1, type: 'int' },
  labelKey: { flag: '--label-key', origin: 'slime', arity: 1, type: 'str' },
  lambd: { flag: '--lambd', origin: 'slime', arity: 1, type: 'float' },
  langrlEnvConfig: { flag: '--langrl-env-config', origin: 'megatron', arity: 1, type: 'str' },
  langrlExternalServer: { flag: '--langrl-external-server', origin: 'megatron', arity: 0 },
  langrlInferenceServerConversationTemplate: { flag: '--langrl-inference-server-conversation-template', origin: 'megatron', arity: 1, type: 'str' },
  langrlInferenceServerType: { flag: '--langrl-inference-server-type', origin: 'megatron', arity: 1, type: 'str', choices: ['inplace_megatron', 'inplace_megatron_chat'] },
  lazyMpuInit: { flag: '--lazy-mpu-init', origin: 'megatron', arity: 1 },
  legacyTokenizer: { flag: '--legacy-tokenizer', origin: 'megatron', arity: 0 },
  linearAttentionFreq: { flag: '--linear-attention-freq', origin: 'megatron', arity: 1 },
  linearAttentionType: { flag: '--linear-attention-type', origin: 'megatron', arity: 1, type: 'str' },
  linearConvKernelDim: { flag: '--linear-conv-kernel-dim', origin: 'megatron', arity: 1, type: 'int' },
  linearKeyHeadDim: { flag: '--linear-key-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  linearNumKeyHeads: { flag: '--linear-num-key-heads', origin: 'megatron', arity: 1, type: 'int' },
  linearNumValueHeads: { flag: '--linear-num-value-heads', origin: 'megatron', arity: 1, type: 'int' },
  linearValueHeadDim: { flag: '--linear-value-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  load: { flag: '--load', origin: 'megatron', arity: 1, type: 'str' },
  loadDebugRolloutData: { flag: '--load-debug-rollout-data', origin: 'slime', arity: 1, type: 'str' },
  loadDebugRolloutDataSubsample: { flag: '--load-debug-rollout-data-subsample', origin: 'slime', arity: 1, type: 'float' },
  loadForgeRolloutData: { flag: '--load-forge-rollout-data', origin: 'slime', arity: 1, type: 'str' },
  loadMainParamsFromCkpt: { flag: '--load-main-params-from-ckpt', origin: 'megatron', arity: 0 },
  localRank: { flag: '--local-rank', origin: 'megatron', arity: 1, type: 'int' },
  logCorrectSamples: { flag: '--log-correct-samples', origin: 'slime', arity: 0 },
  logDeviceMemoryUsed: { flag: '--log-device-memory-used', origin: 'megatron', arity: 0 },
  logEnergy: { flag: '--log-energy', origin: 'megatron', arity: 0 },
  logInterval: { flag: '--log-interval', origin: 'megatron', arity: 1, type: 'int' },
  logMaxAttentionLogit: { flag: '--log-max-attention-logit', origin: 'megatron', arity: 0 },
  logMemoryInterval: { flag: '--log-memory-interval', origin: 'megatron', arity: 1, type: 'int' },
  logMemoryToTensorboard: { flag: '--log-memory-to-tensorboard', origin: 'megatron', arity: 0 },
  logMultiTurn: { flag: '--log-multi-turn', origin: 'slime', arity: 0 },
  logNumZerosInGrad: { flag: '--log-num-zeros-in-grad', origin: 'megatron', arity: 0 },
  logParamsNorm: { flag: '--log-params-norm', origin: 'megatron', arity: 0 },
  logPassrate: { flag: '--log-passrate', origin: 'slime', arity: 0 },
  logProbsChunkSize: { flag: '--log-probs-chunk-size', origin: 'slime', arity: 1, type: 'int' },
  logProbsMaxTokensPerGpu: { flag: '--log-probs-max-tokens-per-gpu', origin: 'slime', arity: 1, type: 'int' },
  logProgress: { flag: '--log-progress', origin: 'megatron', arity: 0 },
  logRewardCategory: { flag: '--log-reward-category', origin: 'slime', arity: 1, type: 'str' },
  logStraggler: { flag: '--log-straggler', origin: 'megatron', arity: 0 },
  logThroughput: { flag: '--log-throughput', origin: 'megatron', arity: 0 },
  logTimersToTensorboard: { flag: '--log-timers-to-tensorboard', origin: 'megatron', arity: 0 },
  logValidationPplToTensorboard: { flag: '--log-validation-ppl-to-tensorboard', origin: 'megatron', arity: 0 },
  logWorldSizeToTensorboard: { flag: '--log-world-size-to-tensorboard', origin: 'megatron', arity: 0 },
  loggingLevel: { flag: '--logging-level', origin: 'megatron', arity: 1, type: 'int' },
  lossMaskType: { flag: '--loss-mask-type', origin: 'slime', arity: 1, type: 'str', choices: ['qwen', 'qwen3', 'qwen3_5', 'distill_qwen'] },
  lossScale: { flag: '--loss-scale', origin: 'megatron', arity: 1, type: 'float' },
  lossScaleWindow: { flag: '--loss-scale-window', origin: 'megatron', arity: 1, type: 'float' },
  lossType: { flag: '--loss-type', origin: 'slime', arity: 1, type: 'str', choices: ['policy_loss', 'sft_loss', 'custom_loss'] },
  lr: { flag: '--lr', origin: 'megatron', arity: 1, type: 'float' },
  lrDecayIters: { flag: '--lr-decay-iters', origin: 'megatron', arity: 1, type: 'int' },
  lrDecaySamples: { flag: '--lr-decay-samples', origin: 'megatron', arity: 1, type: 'int' },
  lrDecayStyle: { flag: '--lr-decay-style', origin: 'megatron', arity: 1, type: 'str', choices: ['constant', 'linear', 'cosine', 'inverse-square-root', 'WSD'] },
  lrWarmupFraction: { flag: '--lr-warmup-fraction', origin: 'megatron', arity: 1, type: 'float' },
  lrWarmupInit: { flag: '--lr-warmup-init', origin: 'megatron', arity: 1, type: 'float' },
  lrWarmupIters: { flag: '--lr-warmup-iters', origin: 'megatron', arity: 1, type: 'int' },
  lrWarmupSamples: { flag: '--lr-warmup-samples', origin: 'megatron', arity: 1, type: 'int' },
  lrWsdDecayIters: { flag: '--lr-wsd-decay-iters', origin: 'megatron', arity: 1, type: 'int' },
  lrWsdDecaySamples: { flag: '--lr-wsd-decay-samples', origin: 'megatron', arity: 1, type: 'int' },
  lrWsdDecayStyle: { flag: '--lr-wsd-decay-style', origin: 'megatron', arity: 1, type: 'str', choices: ['exponential', 'linear', 'cosine', 'minus_sqrt'] },
  mainGradsDtype: { flag: '--main-grads-dtype', origin: 'megatron', arity: 1, choices: ['fp32', 'bf16'] },
  mainParamsDtype: { flag: '--main-params-dtype', origin: 'megatron', arity: 1, choices: ['fp32', 'fp16'] },
  makeVocabSizeDivisibleBy: { flag: '--make-vocab-size-divisible-by', origin: 'megatron', arity: 1, type: 'int' },
  mambaHeadDim: { flag: '--mamba-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  mambaNumGroups: { flag: '--mamba-num-groups', origin: 'megatron', arity: 1, type: 'int' },
  mambaNumHeads: { flag: '--mamba-num-heads', origin: 'megatron', arity: 1, type: 'int' },
  mambaStateDim: { flag: '--mamba-state-dim', origin: 'megatron', arity: 1, type: 'int' },
  manualGc: { flag: '--manual-gc', origin: 'megatron', arity: 0 },
  manualGcInterval: { flag: '--manual-gc-interval', origin: 'megatron', arity: 1, type: 'int' },
  maskFactor: { flag: '--mask-factor', origin: 'megatron', arity: 1, type: 'float' },
  maskOffpolicyInPartialRollout: { flag: '--mask-offpolicy-in-partial-rollout', origin: 'slime', arity: 0 },
  maskProb: { flag: '--mask-prob', origin: 'megatron', arity: 1, type: 'float' },
  maskType: { flag: '--mask-type', origin: 'megatron', arity: 1, type: 'str', choices: ['random', 'row'] },
  maxPositionEmbeddings: { flag: '--max-position-embeddings', origin: 'megatron', arity: 1, type: 'int' },
  maxSeqlenPerDpCpRank: { flag: '--max-seqlen-per-dp-cp-rank', origin: 'megatron', arity: 1, type: 'int' },
  maxTokensPerGpu: { flag: '--max-tokens-per-gpu', origin: 'slime', arity: 1, type: 'int' },
  maxTokensToOom: { flag: '--max-tokens-to-oom', origin: 'megatron', arity: 1, type: 'int' },
  megatronConfigPath: { flag: '--megatron-config-path', origin: 'slime', arity: 1, type: 'str' },
  megatronDeepgemmForwardLayers: { flag: '--megatron-deepgemm-forward-layers', origin: 'slime', arity: '+', type: 'int' },
  megatronDeepgemmForwardModules: { flag: '--megatron-deepgemm-forward-modules', origin: 'slime', arity: '+' },
  megatronDeepgemmMoeForwardLayers: { flag: '--megatron-deepgemm-moe-forward-layers', origin: 'slime', arity: '+', type: 'int' },
  megatronDeepgemmMoeForwardModules: { flag: '--megatron-deepgemm-moe-forward-modules', origin: 'slime', arity: '+' },
  memoryRecorder: { flag: '--memory-recorder', origin: 'slime', arity: 1, type: 'str', choices: ['torch', 'memray'] },
  memorySnapshotDir: { flag: '--memory-snapshot-dir', origin: 'slime', arity: 1, type: 'str' },
  memorySnapshotNumSteps: { flag: '--memory-snapshot-num-steps', origin: 'slime', arity: 1, type: 'int' },
  memorySnapshotPath: { flag: '--memory-snapshot-path', origin: 'megatron', arity: 1, type: 'str' },
  mergeFile: { flag: '--merge-file', origin: 'megatron', arity: 1, type: 'str' },
  metadataKey: { flag: '--metadata-key', origin: 'slime', arity: 1, type: 'str' },
  microBatchSize: { flag: '--micro-batch-size', origin: 'megatron', arity: 1, type: 'int' },
  microbatchGroupSizePerVirtualPipelineStage: { flag: '--microbatch-group-size-per-virtual-pipeline-stage', origin: 'megatron', arity: 1, type: 'int' },
  midLevelDatasetSurplus: { flag: '--mid-level-dataset-surplus', origin: 'megatron', arity: 1, type: 'float' },
  minBatchCollectionRatio: { flag: '--min-batch-collection-ratio', origin: 'slime', arity: 1, type: 'float' },
  minLossScale: { flag: '--min-loss-scale', origin: 'megatron', arity: 1, type: 'float' },
  minLr: { flag: '--min-lr', origin: 'megatron', arity: 1, type: 'float' },
  minOffloadedTensorSize: { flag: '--min-offloaded-tensor-size', origin: 'megatron', arity: 1, type: 'int' },
  mlpChunksForPrefill: { flag: '--mlp-chunks-for-prefill', origin: 'megatron', arity: 1, type: 'int' },
  mockData: { flag: '--mock-data', origin: 'megatron', arity: 0 },
  modelName: { flag: '--model-name', origin: 'slime', arity: 1, type: 'str' },
  modelParallelSize: { flag: '--model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  moeApplyProbsOnInput: { flag: '--moe-apply-probs-on-input', origin: 'megatron', arity: 0 },
  moeAuxLossCoeff: { flag: '--moe-aux-loss-coeff', origin: 'megatron', arity: '+', type: 'float' },
  moeDeepepNumSms: { flag: '--moe-deepep-num-sms', origin: 'megatron', arity: 1, type: 'int' },
  moeEnableDeepep: { flag: '--moe-enable-deepep', origin: 'megatron', arity: 0 },
  moeEnableRoutingReplay: { flag: '--moe-enable-routing-replay', origin: 'megatron', arity: 0 },
  moeExpertCapacityFactor: { flag: '--moe-expert-capacity-factor', origin: 'megatron', arity: 1, type: 'float' },
  moeExtendedTp: { flag: '--moe-extended-tp', origin: 'megatron', arity: 0 },
  moeFfnHiddenSize: { flag: '--moe-ffn-hidden-size', origin: 'megatron', arity: 1, type: 'int' },
  moeFlexDispatcherBackend: { flag: '--moe-flex-dispatcher-backend', origin: 'megatron', arity: 1, type: 'str', choices: ['deepep', 'hybridep'] },
  moeGroupedGemm: { flag: '--moe-grouped-gemm', origin: 'megatron', arity: 0 },
  moeHybridepNumSms: { flag: '--moe-hybridep-num-sms', origin: 'megatron', arity: 1, type: 'int' },
  moeInputJitterEps: { flag: '--moe-input-jitter-eps', origin: 'megatron', arity: 1, type: 'float' },
  moeLatentSize: { flag: '--moe-latent-size', origin: 'megatron', arity: 1, type: 'int' },
  moeLayerFreq: { flag: '--moe-layer-freq', origin: 'megatron', arity: 1 },
  moeLayerRecompute: { flag: '--moe-layer-recompute', origin: 'megatron', arity: 0 },
  moePadExpertInputToCapacity: { flag: '--moe-pad-expert-input-to-capacity', origin: 'megatron', arity: 0 },
  moePadExpertsForCudaGraphInference: { flag: '--moe-pad-experts-for-cuda-graph-inference', origin: 'megatron', arity: 0 },
  moePerLayerLogging: { flag: '--moe-per-layer-logging', origin: 'megatron', arity: 0 },
  moePermuteFusion: { flag: '--moe-permute-fusion', origin: 'megatron', arity: 0 },
  moeRouterBiasUpdateRate: { flag: '--moe-router-bias-update-rate', origin: 'megatron', arity: 1, type: 'float' },
  moeRouterDtype: { flag: '--moe-router-dtype', origin: 'megatron', arity: 1, type: 'str', choices: ['fp32', 'fp64'] },
  moeRouterEnableExpertBias: { flag: '--moe-router-enable-expert-bias', origin: 'megatron', arity: 0 },
  moeRouterForceBiased: { flag: '--moe-router-force-biased', origin: 'megatron', arity: 1, type: 'float' },
  moeRouterForceLoadBalancing: { flag: '--moe-router-force-load-balancing', origin: 'megatron', arity: 0 },
  moeRouterFusion: { flag: '--moe-router-fusion', origin: 'megatron', arity: 0 },
  moeRouterGroupTopk: { flag: '--moe-router-group-topk', origin: 'megatron', arity: 1, type: 'int' },
  moeRouterLoadBalancingType: { flag: '--moe-router-load-balancing-type', origin: 'megatron', arity: '+', type: 'str', choices: ['aux_loss', 'seq_aux_loss', 'global_aux_loss', 'sinkhorn', 'none'] },
  moeRouterNumGroups: { flag: '--moe-router-num-groups', origin: 'megatron', arity: 1, type: 'int' },
  moeRouterPaddingForFp8: { flag: '--moe-router-padding-for-fp8', origin: 'megatron', arity: 0 },
  moeRouterPaddingForQuantization: { flag: '--moe-router-padding-for-quantization', origin: 'megatron', arity: 0 },
  moeRouterPreSoftmax: { flag: '--moe-router-pre-softmax', origin: 'megatron', arity: 0 },
  moeRouterScoreFunction: { flag: '--moe-router-score-function', origin: 'megatron', arity: 1, type: 'str', choices: ['softmax', 'sigmoid'] },
  moeRouterTopk: { flag: '--moe-router-topk', origin: 'megatron', arity: 1, type: 'int' },
  moeRouterTopkScalingFactor: { flag: '--moe-router-topk-scaling-factor', origin: 'megatron', arity: 1, type: 'float' },
  moeSharedExpertGate: { flag: '--moe-shared-expert-gate', origin: 'megatron', arity: 0 },
  moeSharedExpertIntermediateSize: { flag: '--moe-shared-expert-intermediate-size', origin: 'megatron', arity: 1, type: 'int' },
  moeSharedExpertOverlap: { flag: '--moe-shared-expert-overlap', origin: 'megatron', arity: 0 },
  moeTokenDispatcherType: { flag: '--moe-token-dispatcher-type', origin: 'megatron', arity: 1, type: 'str', choices: ['allgather', 'alltoall', 'flex'] },
  moeTokenDropPolicy: { flag: '--moe-token-drop-policy', origin: 'megatron', arity: 1, type: 'str', choices: ['probs', 'position'] },
  moeUpcyclingGranularity: { flag: '--moe-upcycling-granularity', origin: 'megatron', arity: 1, type: 'int' },
  moeUseLegacyGroupedGemm: { flag: '--moe-use-legacy-grouped-gemm', origin: 'megatron', arity: 0 },
  moeUseUpcycling: { flag: '--moe-use-upcycling', origin: 'megatron', arity: 0 },
  moeZLossCoeff: { flag: '--moe-z-loss-coeff', origin: 'megatron', arity: 1, type: 'float' },
  mropeSection: { flag: '--mrope-section', origin: 'megatron', arity: '+', type: 'int' },
  mscale: { flag: '--mscale', origin: 'megatron', arity: 1, type: 'float' },
  mscaleAllDim: { flag: '--mscale-all-dim', origin: 'megatron', arity: 1, type: 'float' },
  mtpLossScalingFactor: { flag: '--mtp-loss-scaling-factor', origin: 'megatron', arity: 1, type: 'float' },
  mtpNumLayers: { flag: '--mtp-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  mtpStandalone: { flag: '--mtp-standalone', origin: 'megatron', arity: 0 },
  multiLatentAttention: { flag: '--multi-latent-attention', origin: 'megatron', arity: 0 },
  multimodalKeys: { flag: '--multimodal-keys', origin: 'slime', arity: 1, type: 'json' },
  multipleValidationSets: { flag: '--multiple-validation-sets', origin: 'megatron', arity: 0 },
  muonExtraScaleFactor: { flag: '--muon-extra-scale-factor', origin: 'megatron', arity: 1, type: 'float' },
  muonFp32MatmulPrec: { flag: '--muon-fp32-matmul-prec', origin: 'megatron', arity: 1, type: 'str', choices: ['low', 'medium', 'high'] },
  muonMomentum: { flag: '--muon-momentum', origin: 'megatron', arity: 1, type: 'float' },
  muonNoSplitQkv: { flag: '--muon-no-split-qkv', origin: 'megatron', arity: 0 },
  muonNumNsSteps: { flag: '--muon-num-ns-steps', origin: 'megatron', arity: 1, type: 'int' },
  muonScaleMode: { flag: '--muon-scale-mode', origin: 'megatron', arity: 1, type: 'str', choices: ['spectral', 'unit_rms_norm', 'shape_scaling'] },
  muonTpMode: { flag: '--muon-tp-mode', origin: 'megatron', arity: 1, type: 'str', choices: ['blockwise', 'duplicated', 'distributed'] },
  muonUseNesterov: { flag: '--muon-use-nesterov', origin: 'megatron', arity: 0 },
  nSamplesPerEvalPrompt: { flag: '--n-samples-per-eval-prompt', origin: 'slime', arity: 1, type: 'int' },
  nSamplesPerPrompt: { flag: '--n-samples-per-prompt', origin: 'slime', arity: 1, type: 'int' },
  ncclAllReduceForPrefill: { flag: '--nccl-all-reduce-for-prefill', origin: 'megatron', arity: 0 },
  ncclCommunicatorConfigPath: { flag: '--nccl-communicator-config-path', origin: 'megatron', arity: 1, type: 'str' },
  noAlignGradReduce: { flag: '--no-align-grad-reduce', origin: 'megatron', arity: 0 },
  noAlignParamGather: { flag: '--no-align-param-gather', origin: 'megatron', arity: 0 },
  noAsyncTensorModelParallelAllreduce: { flag: '--no-async-tensor-model-parallel-allreduce', origin: 'megatron', arity: 0 },
  noBarrierWithLevel1Timing: { flag: '--no-barrier-with-level-1-timing', origin: 'megatron', arity: 0 },
  noBiasDropoutFusion: { flag: '--no-bias-dropout-fusion', origin: 'megatron', arity: 0 },
  noBiasGeluFusion: { flag: '--no-bias-gelu-fusion', origin: 'megatron', arity: 0 },
  noBiasSwigluFusion: { flag: '--no-bias-swiglu-fusion', origin: 'megatron', arity: 0 },
  noCheckForNanInLossAndGrad: { flag: '--no-check-for-nan-in-loss-and-grad', origin: 'megatron', arity: 0 },
  noCkptFullyParallelSave: { flag: '--no-ckpt-fully-parallel-save', origin: 'megatron', arity: 0 },
  noCloneScatterOutputInEmbedding: { flag: '--no-clone-scatter-output-in-embedding', origin: 'megatron', arity: 0 },
  noCreateAttentionMaskInDataloader: { flag: '--no-create-attention-mask-in-dataloader', origin: 'megatron', arity: 0 },
  noDataSharding: { flag: '--no-data-sharding', origin: 'megatron', arity: 0 },
  noFp8Wgrad: { flag: '--no-fp8-wgrad', origin: 'megatron', arity: 0 },
  noGradientAccumulationFusion: { flag: '--no-gradient-accumulation-fusion', origin: 'megatron', arity: 0 },
  noGradientReduceDivFusion: { flag: '--no-gradient-reduce-div-fusion', origin: 'megatron', arity: 0 },
  noInferenceWandbLogging: { flag: '--no-inference-wandb-logging', origin: 'megatron', arity: 0 },
  noInitialization: { flag: '--no-initialization', origin: 'megatron', arity: 0 },
  noLangrlExternalServer: { flag: '--no-langrl-external-server', origin: 'megatron', arity: 0 },
  noLoadOptim: { flag: '--no-load-optim', origin: 'megatron', arity: 0 },
  noLoadRng: { flag: '--no-load-rng', origin: 'megatron', arity: 0 },
  noLogLossScaleToTensorboard: { flag: '--no-log-loss-scale-to-tensorboard', origin: 'megatron', arity: 0 },
  noManualGcEval: { flag: '--no-manual-gc-eval', origin: 'megatron', arity: 0 },
  noMaskedSoftmaxFusion: { flag: '--no-masked-softmax-fusion', origin: 'megatron', arity: 0 },
  noMmapBinFiles: { flag: '--no-mmap-bin-files', origin: 'megatron', arity: 0 },
  noOffloadRollout: { flag: '--no-offload-rollout', origin: 'slime', arity: 0 },
  noOffloadTrain: { flag: '--no-offload-train', origin: 'slime', arity: 0 },
  noOneLogger: { flag: '--no-one-logger', origin: 'megatron', arity: 0 },
  noOverlapP2pCommunication: { flag: '--no-overlap-p2p-communication', origin: 'megatron', arity: 0 },
  noPersistLayerNorm: { flag: '--no-persist-layer-norm', origin: 'megatron', arity: 0 },
  noPinCpuGrads: { flag: '--no-pin-cpu-grads', origin: 'megatron', arity: 0 },
  noPinCpuParams: { flag: '--no-pin-cpu-params', origin: 'megatron', arity: 0 },
  noPositionEmbedding: { flag: '--no-position-embedding', origin: 'megatron', arity: 0 },
  noRlCalculateIntraGroupSimilarity: { flag: '--no-rl-calculate-intra-group-similarity', origin: 'megatron', arity: 0 },
  noRlInferenceLogprobsIsCorrection: { flag: '--no-rl-inference-logprobs-is-correction', origin: 'megatron', arity: 0 },
  noRlOffloadInferenceModelWeightsWhenIdle: { flag: '--no-rl-offload-inference-model-weights-when-idle', origin: 'megatron', arity: 0 },
  noRlOffloadKvCacheDuringTraining: { flag: '--no-rl-offload-kv-cache-during-training', origin: 'megatron', arity: 0 },
  noRlPartialRollouts: { flag: '--no-rl-partial-rollouts', origin: 'megatron', arity: 0 },
  noRlRemoveKvCacheDuringTraining: { flag: '--no-rl-remove-kv-cache-during-training', origin: 'megatron', arity: 0 },
  noRlResetCudaGraphs: { flag: '--no-rl-reset-cuda-graphs', origin: 'megatron', arity: 0 },
  noRlSkipBosToken: { flag: '--no-rl-skip-bos-token', origin: 'megatron', arity: 0 },
  noRlTrainingCudaGraphs: { flag: '--no-rl-training-cuda-graphs', origin: 'megatron', arity: 0 },
  noRlUseSequencePacking: { flag: '--no-rl-use-sequence-packing', origin: 'megatron', arity: 0 },
  noRlVerifyModelWeightsSwap: { flag: '--no-rl-verify-model-weights-swap', origin: 'megatron', arity: 0 },
  noRopeFreq: { flag: '--no-rope-freq', origin: 'megatron', arity: 1 },
  noRopeFusion: { flag: '--no-rope-fusion', origin: 'megatron', arity: 0 },
  noSaveOptim: { flag: '--no-save-optim', origin: 'megatron', arity: 0 },
  noSaveRng: { flag: '--no-save-rng', origin: 'megatron', arity: 0 },
  noScatterGatherTensorsInPipeline: { flag: '--no-scatter-gather-tensors-in-pipeline', origin: 'megatron', arity: 0 },
  noStrictFsdpDtensorLoad: { flag: '--no-strict-fsdp-dtensor-load', origin: 'megatron', arity: 0 },
  noTpCommBulkDgrad: { flag: '--no-tp-comm-bulk-dgrad', origin: 'megatron', arity: 0 },
  noTpCommBulkWgrad: { flag: '--no-tp-comm-bulk-wgrad', origin: 'megatron', arity: 0 },
  noTpCommOverlapAg: { flag: '--no-tp-comm-overlap-ag', origin: 'megatron', arity: 0 },
  noTpCommOverlapRs: { flag: '--no-tp-comm-overlap-rs', origin: 'megatron', arity: 0 },
  noTpCommSplitAg: { flag: '--no-tp-comm-split-ag', origin: 'megatron', arity: 0 },
  noTpCommSplitRs: { flag: '--no-tp-comm-split-rs', origin: 'megatron', arity: 0 },
  noUseTokenizerModelFromCheckpointArgs: { flag: '--no-use-tokenizer-model-from-checkpoint-args', origin: 'megatron', arity: 0 },
  noWeightDecayCondType: { flag: '--no-weight-decay-cond-type', origin: 'megatron', arity: 1, type: 'str', choices: ['apply_wd_to_qk_layernorm'] },
  nonPersistentCkptType: { flag: '--non-persistent-ckpt-type', origin: 'megatron', arity: 1, type: 'str', choices: ['global', 'local', 'in_memory'] },
  nonPersistentGlobalCkptDir: { flag: '--non-persistent-global-ckpt-dir', origin: 'megatron', arity: 1, type: 'str' },
  nonPersistentLocalCkptAlgo: { flag: '--non-persistent-local-ckpt-algo', origin: 'megatron', arity: 1, type: 'str', choices: ['fully_parallel', 'atomic'] },
  nonPersistentLocalCkptDir: { flag: '--non-persistent-local-ckpt-dir', origin: 'megatron', arity: 1, type: 'str' },
  nonPersistentSaveInterval: { flag: '--non-persistent-save-interval', origin: 'megatron', arity: 1, type: 'int' },
  normEpsilon: { flag: '--norm-epsilon', origin: 'megatron', arity: 1, type: 'float' },
  normalization: { flag: '--normalization', origin: 'megatron', arity: 1, type: 'str', choices: ['LayerNorm', 'RMSNorm'] },
  normalizeAdvantages: { flag: '--normalize-advantages', origin: 'slime', arity: 0 },
  numAttentionHeads: { flag: '--num-attention-heads', origin: 'megatron', arity: 1, type: 'int' },
  numChannels: { flag: '--num-channels', origin: 'megatron', arity: 1, type: 'int' },
  numClasses: { flag: '--num-classes', origin: 'megatron', arity: 1, type: 'int' },
  numCriticOnlySteps: { flag: '--num-critic-only-steps', origin: 'slime', arity: 1, type: 'int' },
  numDatasetBuilderThreads: { flag: '--num-dataset-builder-threads', origin: 'megatron', arity: 1, type: 'int' },
  numDistributedOptimizerInstances: { flag: '--num-distributed-optimizer-instances', origin: 'megatron', arity: 1, type: 'int' },
  numEpoch: { flag: '--num-epoch', origin: 'slime', arity: 1, type: 'int' },
  numExperts: { flag: '--num-experts', origin: 'megatron', arity: 1, type: 'int' },
  numGpusPerNode: { flag: '--num-gpus-per-node', origin: 'slime', arity: 1, type: 'int' },
  numLayers: { flag: '--num-layers', origin: 'megatron', arity: 1, type: 'int' },
  numLayersAtEndInBf16: { flag: '--num-layers-at-end-in-bf16', origin: 'megatron', arity: 1, type: 'int' },
  numLayersAtStartInBf16: { flag: '--num-layers-at-start-in-bf16', origin: 'megatron', arity: 1, type: 'int' },
  numLayersPerVirtualPipelineStage: { flag: '--num-layers-per-virtual-pipeline-stage', origin: 'megatron', arity: 1, type: 'int' },
  numQueryGroups: { flag: '--num-query-groups', origin: 'megatron', arity: 1, type: 'int' },
  numRollout: { flag: '--num-rollout', origin: 'slime', arity: 1, type: 'int' },
  numStepsPerRollout: { flag: '--num-steps-per-rollout', origin: 'slime', arity: 1, type: 'int' },
  numVirtualStagesPerPipelineRank: { flag: '--num-virtual-stages-per-pipeline-rank', origin: 'megatron', arity: 1, type: 'int' },
  numWorkers: { flag: '--num-workers', origin: 'megatron', arity: 1, type: 'int' },
  objectStorageCachePath: { flag: '--object-storage-cache-path', origin: 'megatron', arity: 1, type: 'str' },
  offload: { flag: '--offload', origin: 'slime', arity: 0 },
  offloadModules: { flag: '--offload-modules', origin: 'megatron', arity: '+', type: 'str' },
  offloadOptimizerStates: { flag: '--offload-optimizer-states', origin: 'megatron', arity: 0 },
  offloadRollout: { flag: '--offload-rollout', origin: 'slime', arity: 0 },
  offloadTrain: { flag: '--offload-train', origin: 'slime', arity: 0 },
  oneLoggerAsync: { flag: '--one-logger-async', origin: 'megatron', arity: 0 },
  oneLoggerProject: { flag: '--one-logger-project', origin: 'megatron', arity: 1, type: 'str' },
  oneLoggerRunName: { flag: '--one-logger-run-name', origin: 'megatron', arity: 1, type: 'str' },
  onlyTrainParamsNameList: { flag: '--only-train-params-name-list', origin: 'slime', arity: '*', type: 'str' },
  onnxSafe: { flag: '--onnx-safe', origin: 'megatron', arity: 1 },
  opdKlCoef: { flag: '--opd-kl-coef', origin: 'slime', arity: 1, type: 'float' },
  opdTeacherCkptStep: { flag: '--opd-teacher-ckpt-step', origin: 'slime', arity: 1, type: 'int' },
  opdTeacherLoad: { flag: '--opd-teacher-load', origin: 'slime', arity: 1, type: 'str' },
  opdType: { flag: '--opd-type', origin: 'slime', arity: 1, type: 'str', choices: ['sglang', 'megatron'] },
  openaiGelu: { flag: '--openai-gelu', origin: 'megatron', arity: 0 },
  opsmDelta: { flag: '--opsm-delta', origin: 'slime', arity: 1, type: 'float' },
  optimizer: { flag: '--optimizer', origin: 'megatron', arity: 1, type: 'str', choices: ['adam', 'sgd', 'muon', 'dist_muon'] },
  optimizerCpuOffload: { flag: '--optimizer-cpu-offload', origin: 'megatron', arity: 0 },
  optimizerOffloadFraction: { flag: '--optimizer-offload-fraction', origin: 'megatron', arity: 1, type: 'float' },
  outerDpShardingStrategy: { flag: '--outer-dp-sharding-strategy', origin: 'megatron', arity: 1, type: 'str', choices: ['no_shard', 'optim'] },
  outputBertEmbeddings: { flag: '--output-bert-embeddings', origin: 'megatron', arity: 0 },
  overSamplingBatchSize: { flag: '--over-sampling-batch-size', origin: 'slime', arity: 1, type: 'int' },
  overlapCpuOptimizerD2hH2d: { flag: '--overlap-cpu-optimizer-d2h-h2d', origin: 'megatron', arity: 0 },
  overlapGradReduce: { flag: '--overlap-grad-reduce', origin: 'megatron', arity: 0 },
  overlapMoeExpertParallelComm: { flag: '--overlap-moe-expert-parallel-comm', origin: 'megatron', arity: 0 },
  overlapP2pCommunicationWarmupFlush: { flag: '--overlap-p2p-communication-warmup-flush', origin: 'megatron', arity: 0 },
  overlapParamGather: { flag: '--overlap-param-gather', origin: 'megatron', arity: 0 },
  overlapParamGatherWithOptimizerStep: { flag: '--overlap-param-gather-with-optimizer-step', origin: 'megatron', arity: 0 },
  overrideOptParamScheduler: { flag: '--override-opt-param-scheduler', origin: 'megatron', arity: 0 },
  paddedVocabSize: { flag: '--padded-vocab-size', origin: 'megatron', arity: 1, type: 'int' },
  partialRollout: { flag: '--partial-rollout', origin: 'slime', arity: 0 },
  patchDim: { flag: '--patch-dim', origin: 'megatron', arity: 1, type: 'int' },
  perDatasetSequencesPath: { flag: '--per-dataset-sequences-path', origin: 'megatron', arity: 1 },
  perSplitDataArgsPath: { flag: '--per-split-data-args-path', origin: 'megatron', arity: 1, type: 'str' },
  performRlStep: { flag: '--perform-rl-step', origin: 'megatron', arity: 0 },
  persistentSaveInterval: { flag: '--persistent-save-interval', origin: 'megatron', arity: 1, type: 'int' },
  phaseTransitionIterations: { flag: '--phase-transition-iterations', origin: 'megatron', arity: 1, type: 'str' },
  pipelineModelParallelCommBackend: { flag: '--pipeline-model-parallel-comm-backend', origin: 'megatron', arity: 1, type: 'str', choices: ['nccl', 'ucc'] },
  pipelineModelParallelLayout: { flag: '--pipeline-model-parallel-layout', origin: 'megatron', arity: 1, type: 'str' },
  pipelineModelParallelSize: { flag: '--pipeline-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  positionEmbeddingType: { flag: '--position-embedding-type', origin: 'megatron', arity: 1, type: 'str', choices: ['learned_absolute', 'rope', 'mrope', 'relative', 'none'] },
  postMlpLayernorm: { flag: '--post-mlp-layernorm', origin: 'megatron', arity: 0 },
  postSelfAttnLayernorm: { flag: '--post-self-attn-layernorm', origin: 'megatron', arity: 0 },
  prefillNumServers: { flag: '--prefill-num-servers', origin: 'slime', arity: 1, type: 'int' },
  pretrainedCheckpoint: { flag: '--pretrained-checkpoint', origin: 'megatron', arity: 1, type: 'str' },
  profile: { flag: '--profile', origin: 'megatron', arity: 0 },
  profileRanks: { flag: '--profile-ranks', origin: 'megatron', arity: '+', type: 'int' },
  profileStepEnd: { flag: '--profile-step-end', origin: 'megatron', arity: 1, type: 'int' },
  profileStepStart: { flag: '--profile-step-start', origin: 'megatron', arity: 1, type: 'int' },
  profileTarget: { flag: '--profile-target', origin: 'slime', arity: '+', type: 'str', choices: ['train_overall', 'train_actor', 'train_log_probs'] },
  promptData: { flag: '--prompt-data', origin: 'slime', arity: 1, type: 'str' },
  qLoraRank: { flag: '--q-lora-rank', origin: 'megatron', arity: 1, type: 'int' },
  qkClip: { flag: '--qk-clip', origin: 'megatron', arity: 0 },
  qkClipAlpha: { flag: '--qk-clip-alpha', origin: 'megatron', arity: 1, type: 'float' },
  qkClipThreshold: { flag: '--qk-clip-threshold', origin: 'megatron', arity: 1, type: 'float' },
  qkHeadDim: { flag: '--qk-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  qkL2Norm: { flag: '--qk-l2-norm', origin: 'megatron', arity: 0 },
  qkLayernorm: { flag: '--qk-layernorm', origin: 'megatron', arity: 0 },
  qkPosEmbHeadDim: { flag: '--qk-pos-emb-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  queryInBlockProb: { flag: '--query-in-block-prob', origin: 'megatron', arity: 1, type: 'float' },
  quickGeglu: { flag: '--quick-geglu', origin: 'megatron', arity: 0 },
  qwenGdnBackend: { flag: '--qwen-gdn-backend', origin: 'slime', arity: 1, type: 'str', choices: ['fla', 'flashqla'] },
  rampupBatchSize: { flag: '--rampup-batch-size', origin: 'megatron', arity: 3, type: 'int' },
  recomputeActivations: { flag: '--recompute-activations', origin: 'megatron', arity: 0 },
  recomputeGranularity: { flag: '--recompute-granularity', origin: 'megatron', arity: 1, type: 'str', choices: ['full', 'selective'] },
  recomputeLossFunction: { flag: '--recompute-loss-function', origin: 'slime', arity: 0 },
  recomputeMethod: { flag: '--recompute-method', origin: 'megatron', arity: 1, type: 'str', choices: ['uniform', 'block'] },
  recomputeModules: { flag: '--recompute-modules', origin: 'megatron', arity: '+', type: 'str' },
  recomputeNumLayers: { flag: '--recompute-num-layers', origin: 'megatron', arity: 1, type: 'int' },
  recordMemoryHistory: { flag: '--record-memory-history', origin: 'megatron', arity: 0 },
  refCkptStep: { flag: '--ref-ckpt-step', origin: 'slime', arity: 1, type: 'int' },
  refLoad: { flag: '--ref-load', origin: 'slime', arity: 1, type: 'str' },
  refUpdateInterval: { flag: '--ref-update-interval', origin: 'slime', arity: 1, type: 'int' },
  refitMethod: { flag: '--refit-method', origin: 'megatron', arity: 1, type: 'str', choices: ['nccl', 'gloo'] },
  relativeAttentionMaxDistance: { flag: '--relative-attention-max-distance', origin: 'megatron', arity: 1, type: 'int' },
  relativeAttentionNumBuckets: { flag: '--relative-attention-num-buckets', origin: 'megatron', arity: 1, type: 'int' },
  releaseTrain: { flag: '--release-train', origin: 'slime', arity: 0 },
  replication: { flag: '--replication', origin: 'megatron', arity: 0 },
  replicationFactor: { flag: '--replication-factor', origin: 'megatron', arity: 1, type: 'int' },
  replicationJump: { flag: '--replication-jump', origin: 'megatron', arity: 1, type: 'int' },
  rerunMode: { flag: '--rerun-mode', origin: 'megatron', arity: 1, type: 'str', choices: ['disabled', 'validate_results', 'report_stats'] },
  resetAttentionMask: { flag: '--reset-attention-mask', origin: 'megatron', arity: 0 },
  resetOptimizerStates: { flag: '--reset-optimizer-states', origin: 'slime', arity: 0 },
  resetPositionIds: { flag: '--reset-position-ids', origin: 'megatron', arity: 0 },
  resultRejectedTrackerFilename: { flag: '--result-rejected-tracker-filename', origin: 'megatron', arity: 1, type: 'str' },
  retrieverReportTopkAccuracies: { flag: '--retriever-report-topk-accuracies', origin: 'megatron', arity: '+', type: 'int' },
  retrieverScoreScaling: { flag: '--retriever-score-scaling', origin: 'megatron', arity: 0 },
  reuseGradBufForMxfp8ParamAg: { flag: '--reuse-grad-buf-for-mxfp8-param-ag', origin: 'megatron', arity: 0 },
  rewardKey: { flag: '--reward-key', origin: 'slime', arity: 1, type: 'str' },
  rlCalculateIntraGroupSimilarity: { flag: '--rl-calculate-intra-group-similarity', origin: 'megatron', arity: 0 },
  rlDefaultTemperature: { flag: '--rl-default-temperature', origin: 'megatron', arity: 1, type: 'float' },
  rlDefaultTopK: { flag: '--rl-default-top-k', origin: 'megatron', arity: 1, type: 'int' },
  rlDefaultTopP: { flag: '--rl-default-top-p', origin: 'megatron', arity: 1, type: 'float' },
  rlImportanceSamplingTruncationCoef: { flag: '--rl-importance-sampling-truncation-coef', origin: 'megatron', arity: 1, type: 'float' },
  rlInferenceExpertModelParallelSize: { flag: '--rl-inference-expert-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  rlInferenceExpertTensorModelParallelSize: { flag: '--rl-inference-expert-tensor-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  rlInferenceLogprobsIsCorrection: { flag: '--rl-inference-logprobs-is-correction', origin: 'megatron', arity: 0 },
  rlInferenceModelUnifiedMemoryLevel: { flag: '--rl-inference-model-unified-memory-level', origin: 'megatron', arity: 1, type: 'int', choices: [0, 1] },
  rlInferencePipelineModelParallelSize: { flag: '--rl-inference-pipeline-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  rlInferenceTensorModelParallelSize: { flag: '--rl-inference-tensor-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  rlOffloadInferenceModelWeightsWhenIdle: { flag: '--rl-offload-inference-model-weights-when-idle', origin: 'megatron', arity: 0 },
  rlOffloadKvCacheDuringTraining: { flag: '--rl-offload-kv-cache-during-training', origin: 'megatron', arity: 0 },
  rlOffloadOptimizerDuringInference: { flag: '--rl-offload-optimizer-during-inference', origin: 'megatron', arity: 0 },
  rlParallelGenerationTasks: { flag: '--rl-parallel-generation-tasks', origin: 'megatron', arity: 1, type: 'int' },
  rlPartialRollouts: { flag: '--rl-partial-rollouts', origin: 'megatron', arity: 0 },
  rlPromptsPerEval: { flag: '--rl-prompts-per-eval', origin: 'megatron', arity: 1, type: 'int' },
  rlRemoveKvCacheDuringTraining: { flag: '--rl-remove-kv-cache-during-training', origin: 'megatron', arity: 0 },
  rlResetCudaGraphs: { flag: '--rl-reset-cuda-graphs', origin: 'megatron', arity: 0 },
  rlSequencePackingAlgo: { flag: '--rl-sequence-packing-algo', origin: 'megatron', arity: 1, type: 'str', choices: ['fifo', 'round-robin'] },
  rlSequencePackingMaxSequencesPerBin: { flag: '--rl-sequence-packing-max-sequences-per-bin', origin: 'megatron', arity: 1, type: 'int' },
  rlSkipBosToken: { flag: '--rl-skip-bos-token', origin: 'megatron', arity: 0 },
  rlTrainingCudaGraphs: { flag: '--rl-training-cuda-graphs', origin: 'megatron', arity: 0 },
  rlUseSequencePacking: { flag: '--rl-use-sequence-packing', origin: 'megatron', arity: 0 },
  rlVerifyModelWeightsSwap: { flag: '--rl-verify-model-weights-swap', origin: 'megatron', arity: 0 },
  rmType: { flag: '--rm-type', origin: 'slime', arity: 1, type: 'str' },
  rmUrl: { flag: '--rm-url', origin: 'slime', arity: 1, type: 'str' },
  rolloutAllSamplesProcessPath: { flag: '--rollout-all-samples-process-path', origin: 'slime', arity: 1, type: 'str' },
  rolloutBatchSize: { flag: '--rollout-batch-size', origin: 'slime', arity: 1, type: 'int' },
  rolloutBufferUrl: { flag: '--rollout-buffer-url', origin: 'slime', arity: 1, type: 'str' },
  rolloutDataPostprocessPath: { flag: '--rollout-data-postprocess-path', origin: 'slime', arity: 1, type: 'str' },
  rolloutDataTransport: { flag: '--rollout-data-transport', origin: 'slime', arity: 1, type: 'str', choices: ['object-store', 'nixl'] },
  rolloutExternalEngineAddrs: { flag: '--rollout-external-engine-addrs', origin: 'slime', arity: '+', type: 'str' },
  rolloutFunctionPath: { flag: '--rollout-function-path', origin: 'slime', arity: 1, type: 'str' },
  rolloutHealthCheckFirstWait: { flag: '--rollout-health-check-first-wait', origin: 'slime', arity: 1, type: 'float' },
  rolloutHealthCheckInterval: { flag: '--rollout-health-check-interval', origin: 'slime', arity: 1, type: 'float' },
  rolloutHealthCheckTimeout: { flag: '--rollout-health-check-timeout', origin: 'slime', arity: 1, type: 'float' },
  rolloutMaxContextLen: { flag: '--rollout-max-context-len', origin: 'slime', arity: 1, type: 'int' },
  rolloutMaxPromptLen: { flag: '--rollout-max-prompt-len', origin: 'slime', arity: 1, type: 'int' },
  rolloutMaxResponseLen: { flag: '--rollout-max-response-len', origin: 'slime', arity: 1, type: 'int' },
  rolloutNumGpus: { flag: '--rollout-num-gpus', origin: 'slime', arity: 1, type: 'int' },
  rolloutNumGpusPerEngine: { flag: '--rollout-num-gpus-per-engine', origin: 'slime', arity: 1, type: 'int' },
  rolloutSampleFilterPath: { flag: '--rollout-sample-filter-path', origin: 'slime', arity: 1, type: 'str' },
  rolloutSampleHookPath: { flag: '--rollout-sample-hook-path', origin: 'slime', arity: 1 },
  rolloutSeed: { flag: '--rollout-seed', origin: 'slime', arity: 1, type: 'int' },
  rolloutShuffle: { flag: '--rollout-shuffle', origin: 'slime', arity: 0 },
  rolloutSkipSpecialTokens: { flag: '--rollout-skip-special-tokens', origin: 'slime', arity: 0 },
  rolloutStop: { flag: '--rollout-stop', origin: 'slime', arity: '+', type: 'str' },
  rolloutStopTokenIds: { flag: '--rollout-stop-token-ids', origin: 'slime', arity: '+', type: 'int' },
  rolloutTaskType: { flag: '--rollout-task-type', origin: 'slime', arity: 1, type: 'str' },
  rolloutTemperature: { flag: '--rollout-temperature', origin: 'slime', arity: 1, type: 'float' },
  rolloutTopK: { flag: '--rollout-top-k', origin: 'slime', arity: 1, type: 'int' },
  rolloutTopP: { flag: '--rollout-top-p', origin: 'slime', arity: 1, type: 'float' },
  ropeScalingFactor: { flag: '--rope-scaling-factor', origin: 'megatron', arity: 1, type: 'float' },
  ropeType: { flag: '--rope-type', origin: 'megatron', arity: 1, type: 'str', choices: ['rope', 'yarn'] },
  rotaryBase: { flag: '--rotary-base', origin: 'megatron', arity: 1, type: 'int' },
  rotaryInterleaved: { flag: '--rotary-interleaved', origin: 'megatron', arity: 0 },
  rotaryPercent: { flag: '--rotary-percent', origin: 'megatron', arity: 1, type: 'float' },
  rotaryScalingFactor: { flag: '--rotary-scaling-factor', origin: 'megatron', arity: 1, type: 'float' },
  rotarySeqLenInterpolationFactor: { flag: '--rotary-seq-len-interpolation-factor', origin: 'megatron', arity: 1, type: 'int' },
  routerBalanceAbsThreshold: { flag: '--router-balance-abs-threshold', origin: 'sglang', arity: 1, type: 'int' },
  routerPolicy: { flag: '--router-policy', origin: 'sglang', arity: 1, type: 'str' },
  runWorkloadInspectorServer: { flag: '--run-workload-inspector-server', origin: 'megatron', arity: 0 },
  sampleRate: { flag: '--sample-rate', origin: 'megatron', arity: 1, type: 'float' },
  save: { flag: '--save', origin: 'megatron', arity: 1, type: 'str' },
  saveDebugRolloutData: { flag: '--save-debug-rollout-data', origin: 'slime', arity: 1, type: 'str' },
  saveDebugTrainData: { flag: '--save-debug-train-data', origin: 'slime', arity: 1, type: 'str' },
  saveDgradsInterval: { flag: '--save-dgrads-interval', origin: 'megatron', arity: 1, type: 'int' },
  saveHf: { flag: '--save-hf', origin: 'slime', arity: 1, type: 'str' },
  saveInterval: { flag: '--save-interval', origin: 'megatron', arity: 1, type: 'int' },
  saveRetainInterval: { flag: '--save-retain-interval', origin: 'megatron', arity: 1, type: 'int' },
  saveWgradsInterval: { flag: '--save-wgrads-interval', origin: 'megatron', arity: 1, type: 'int' },
  seed: { flag: '--seed', origin: 'megatron', arity: 1, type: 'int' },
  seqLength: { flag: '--seq-length', origin: 'megatron', arity: 1, type: 'int' },
  sequenceParallel: { flag: '--sequence-parallel', origin: 'megatron', arity: 0 },
  sft: { flag: '--sft', origin: 'megatron', arity: 0 },
  sftTokenizerPromptFormat: { flag: '--sft-tokenizer-prompt-format', origin: 'megatron', arity: 1, type: 'str' },
  sgdMomentum: { flag: '--sgd-momentum', origin: 'megatron', arity: 1, type: 'float' },
  sglangAbortOnPriorityWhenDisabled: { flag: '--sglang-abort-on-priority-when-disabled', origin: 'sglang', arity: 0 },
  sglangAdminApiKey: { flag: '--sglang-admin-api-key', origin: 'sglang', arity: 1, type: 'str' },
  sglangAllowAutoTruncate: { flag: '--sglang-allow-auto-truncate', origin: 'sglang', arity: 0 },
  sglangApiKey: { flag: '--sglang-api-key', origin: 'sglang', arity: 1, type: 'str' },
  sglangAsrMaxBufferSeconds: { flag: '--sglang-asr-max-buffer-seconds', origin: 'sglang', arity: 1, type: 'int' },
  sglangAsrMaxConcurrentSessions: { flag: '--sglang-asr-max-concurrent-sessions', origin: 'sglang', arity: 1, type: 'int' },
  sglangAttentionBackend: { flag: '--sglang-attention-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'torch_native', 'flex_attention', 'dsa', 'nsa', 'dsv4', 'compressed', 'cutlass_mla', 'fa3', 'fa4', 'flashinfer', 'flashmla', 'trtllm_mla', 'cutedsl_mla', 'tokenspeed_mla', 'trtllm_mha', 'dual_chunk_flash_attn', 'aiter', 'wave', 'intel_amx', 'ascend', 'intel_xpu'] },
  sglangAttnCpSize: { flag: '--sglang-attn-cp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangBatchNotifySize: { flag: '--sglang-batch-notify-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangBf16GemmBackend: { flag: '--sglang-bf16-gemm-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'cutedsl'] },
  sglangBucketE2eRequestLatency: { flag: '--sglang-bucket-e2e-request-latency', origin: 'sglang', arity: '+', type: 'float' },
  sglangBucketInterTokenLatency: { flag: '--sglang-bucket-inter-token-latency', origin: 'sglang', arity: '+', type: 'float' },
  sglangBucketTimeToFirstToken: { flag: '--sglang-bucket-time-to-first-token', origin: 'sglang', arity: '+', type: 'float' },
  sglangChatTemplate: { flag: '--sglang-chat-template', origin: 'sglang', arity: 1, type: 'str' },
  sglangCheckpointEngineWaitWeightsBeforeReady: { flag: '--sglang-checkpoint-engine-wait-weights-before-ready', origin: 'sglang', arity: 0 },
  sglangChunkedPrefillSize: { flag: '--sglang-chunked-prefill-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangCompletionTemplate: { flag: '--sglang-completion-template', origin: 'sglang', arity: 1, type: 'str' },
  sglangConfig: { flag: '--sglang-config', origin: 'slime', arity: 1, type: 'str' },
  sglangConstrainedJsonDisableAnyWhitespace: { flag: '--sglang-constrained-json-disable-any-whitespace', origin: 'sglang', arity: 0 },
  sglangConstrainedJsonWhitespacePattern: { flag: '--sglang-constrained-json-whitespace-pattern', origin: 'sglang', arity: 1, type: 'str' },
  sglangContextLength: { flag: '--sglang-context-length', origin: 'sglang', arity: 1, type: 'int' },
  sglangCpStrategy: { flag: '--sglang-cp-strategy', origin: 'sglang', arity: 1, type: 'str', choices: ['zigzag', 'interleave'] },
  sglangCpuOffloadGb: { flag: '--sglang-cpu-offload-gb', origin: 'sglang', arity: 1, type: 'int' },
  sglangCrashDumpFolder: { flag: '--sglang-crash-dump-folder', origin: 'sglang', arity: 1, type: 'str' },
  sglangCudaGraphBackendDecode: { flag: '--sglang-cuda-graph-backend-decode', origin: 'sglang', arity: 1, type: 'str', choices: ['full', 'breakable', 'tc_piecewise', 'disabled'] },
  sglangCudaGraphBackendPrefill: { flag: '--sglang-cuda-graph-backend-prefill', origin: 'sglang', arity: 1, type: 'str', choices: ['full', 'breakable', 'tc_piecewise', 'disabled'] },
  sglangCudaGraphBs: { flag: '--sglang-cuda-graph-bs', origin: 'sglang', arity: '+', type: 'int' },
  sglangCudaGraphBsDecode: { flag: '--sglang-cuda-graph-bs-decode', origin: 'sglang', arity: '+', type: 'int' },
  sglangCudaGraphBsPrefill: { flag: '--sglang-cuda-graph-bs-prefill', origin: 'sglang', arity: '+', type: 'int' },
  sglangCudaGraphConfig: { flag: '--sglang-cuda-graph-config', origin: 'sglang', arity: 1 },
  sglangCudaGraphMaxBs: { flag: '--sglang-cuda-graph-max-bs', origin: 'sglang', arity: 1, type: 'int' },
  sglangCudaGraphMaxBsDecode: { flag: '--sglang-cuda-graph-max-bs-decode', origin: 'sglang', arity: 1, type: 'int' },
  sglangCudaGraphMaxBsPrefill: { flag: '--sglang-cuda-graph-max-bs-prefill', origin: 'sglang', arity: 1, type: 'int' },
  sglangCudaGraphTcCompiler: { flag: '--sglang-cuda-graph-tc-compiler', origin: 'sglang', arity: 1, type: 'str', choices: ['eager', 'inductor'] },
  sglangCustomPullWeightsPreReadHook: { flag: '--sglang-custom-pull-weights-pre-read-hook', origin: 'sglang', arity: 1, type: 'str' },
  sglangCustomWeightLoader: { flag: '--sglang-custom-weight-loader', origin: 'sglang', arity: '*', type: 'str' },
  sglangDcpSize: { flag: '--sglang-dcp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangDebugCudaGraph: { flag: '--sglang-debug-cuda-graph', origin: 'sglang', arity: 0 },
  sglangDebugTensorDumpInputFile: { flag: '--sglang-debug-tensor-dump-input-file', origin: 'sglang', arity: 1, type: 'str' },
  sglangDebugTensorDumpLayers: { flag: '--sglang-debug-tensor-dump-layers', origin: 'sglang', arity: '+', type: 'int' },
  sglangDebugTensorDumpOutputFolder: { flag: '--sglang-debug-tensor-dump-output-folder', origin: 'sglang', arity: 1, type: 'str' },
  sglangDecodeAttentionBackend: { flag: '--sglang-decode-attention-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'torch_native', 'flex_attention', 'dsa', 'nsa', 'dsv4', 'compressed', 'cutlass_mla', 'fa3', 'fa4', 'flashinfer', 'flashmla', 'trtllm_mla', 'cutedsl_mla', 'tokenspeed_mla', 'trtllm_mha', 'dual_chunk_flash_attn', 'aiter', 'wave', 'intel_amx', 'ascend', 'intel_xpu'] },
  sglangDecodeLogInterval: { flag: '--sglang-decode-log-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangDecoupledSpecBindEndpoint: { flag: '--sglang-decoupled-spec-bind-endpoint', origin: 'sglang', arity: 1, type: 'str' },
  sglangDecoupledSpecConnectEndpoints: { flag: '--sglang-decoupled-spec-connect-endpoints', origin: 'sglang', arity: 1 },
  sglangDecoupledSpecRank: { flag: '--sglang-decoupled-spec-rank', origin: 'sglang', arity: 1, type: 'int' },
  sglangDecoupledSpecRole: { flag: '--sglang-decoupled-spec-role', origin: 'sglang', arity: 1, type: 'str', choices: ['null', 'verifier', 'drafter'] },
  sglangDecryptedConfigFile: { flag: '--sglang-decrypted-config-file', origin: 'sglang', arity: 1, type: 'str' },
  sglangDecryptedDraftConfigFile: { flag: '--sglang-decrypted-draft-config-file', origin: 'sglang', arity: 1, type: 'str' },
  sglangDeepepConfig: { flag: '--sglang-deepep-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangDeepepDispatcherOutputDtype: { flag: '--sglang-deepep-dispatcher-output-dtype', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'bf16', 'fp8', 'int8', 'nvfp4'] },
  sglangDeepepMode: { flag: '--sglang-deepep-mode', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'normal', 'low_latency'] },
  sglangDefaultPriorityValue: { flag: '--sglang-default-priority-value', origin: 'sglang', arity: 1, type: 'int' },
  sglangDeleteCkptAfterLoading: { flag: '--sglang-delete-ckpt-after-loading', origin: 'sglang', arity: 0 },
  sglangDetokenizerWorkerNum: { flag: '--sglang-detokenizer-worker-num', origin: 'sglang', arity: 1, type: 'int' },
  sglangDevice: { flag: '--sglang-device', origin: 'sglang', arity: 1, type: 'str' },
  sglangDisableAttnTpGather: { flag: '--sglang-disable-attn-tp-gather', origin: 'sglang', arity: 0 },
  sglangDisableChunkedPrefixCache: { flag: '--sglang-disable-chunked-prefix-cache', origin: 'sglang', arity: 0 },
  sglangDisableCudaGraphPadding: { flag: '--sglang-disable-cuda-graph-padding', origin: 'sglang', arity: 0 },
  sglangDisableCustomAllReduce: { flag: '--sglang-disable-custom-all-reduce', origin: 'sglang', arity: 0 },
  sglangDisableDecodeCudaGraph: { flag: '--sglang-disable-decode-cuda-graph', origin: 'sglang', arity: 0 },
  sglangDisableFastImageProcessor: { flag: '--sglang-disable-fast-image-processor', origin: 'sglang', arity: 0 },
  sglangDisableFlashinferAutotune: { flag: '--sglang-disable-flashinfer-autotune', origin: 'sglang', arity: 0 },
  sglangDisableFlashinferCutlassMoeFp4Allgather: { flag: '--sglang-disable-flashinfer-cutlass-moe-fp4-allgather', origin: 'sglang', arity: 0 },
  sglangDisableHybridSwaMemory: { flag: '--sglang-disable-hybrid-swa-memory', origin: 'sglang', arity: 0 },
  sglangDisableOutlinesDiskCache: { flag: '--sglang-disable-outlines-disk-cache', origin: 'sglang', arity: 0 },
  sglangDisableOverlapSchedule: { flag: '--sglang-disable-overlap-schedule', origin: 'sglang', arity: 0 },
  sglangDisablePrefillCudaGraph: { flag: '--sglang-disable-prefill-cuda-graph', origin: 'sglang', arity: 0 },
  sglangDisablePriorityPreemption: { flag: '--sglang-disable-priority-preemption', origin: 'sglang', arity: 0 },
  sglangDisableRadixCache: { flag: '--sglang-disable-radix-cache', origin: 'sglang', arity: 0 },
  sglangDisableSharedExpertsFusion: { flag: '--sglang-disable-shared-experts-fusion', origin: 'sglang', arity: 0 },
  sglangDisableTokenizerBatchDecode: { flag: '--sglang-disable-tokenizer-batch-decode', origin: 'sglang', arity: 0 },
  sglangDisaggregationBootstrapPort: { flag: '--sglang-disaggregation-bootstrap-port', origin: 'sglang', arity: 1, type: 'int' },
  sglangDisaggregationDecodeEnableOffloadKvcache: { flag: '--sglang-disaggregation-decode-enable-offload-kvcache', origin: 'sglang', arity: 0 },
  sglangDisaggregationDecodeEnableRadixCache: { flag: '--sglang-disaggregation-decode-enable-radix-cache', origin: 'sglang', arity: 0 },
  sglangDisaggregationDecodeExtraSlots: { flag: '--sglang-disaggregation-decode-extra-slots', origin: 'sglang', arity: 1, type: 'int' },
  sglangDisaggregationDecodePollingInterval: { flag: '--sglang-disaggregation-decode-polling-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangDisaggregationIbDevice: { flag: '--sglang-disaggregation-ib-device', origin: 'sglang', arity: 1, type: 'str' },
  sglangDisaggregationMode: { flag: '--sglang-disaggregation-mode', origin: 'sglang', arity: 1, type: 'str', choices: ['null', 'prefill', 'decode'] },
  sglangDisaggregationTransferBackend: { flag: '--sglang-disaggregation-transfer-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['mooncake', 'nixl', 'ascend', 'fake', 'mori', 'mooncake_tcp'] },
  sglangDistTimeout: { flag: '--sglang-dist-timeout', origin: 'sglang', arity: 1, type: 'int' },
  sglangDllmAlgorithm: { flag: '--sglang-dllm-algorithm', origin: 'sglang', arity: 1, type: 'str' },
  sglangDllmAlgorithmConfig: { flag: '--sglang-dllm-algorithm-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangDownloadDir: { flag: '--sglang-download-dir', origin: 'sglang', arity: 1, type: 'str' },
  sglangDpSize: { flag: '--sglang-dp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangDsaDecodeBackend: { flag: '--sglang-dsa-decode-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['flashmla_sparse', 'flashmla_kv', 'flashmla_auto', 'fa3', 'tilelang', 'aiter', 'trtllm'] },
  sglangDsaPagedMqaLogitsBackend: { flag: '--sglang-dsa-paged-mqa-logits-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'deepgemm', 'cutedsl', 'aiter'] },
  sglangDsaPrefillBackend: { flag: '--sglang-dsa-prefill-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['flashmla_sparse', 'flashmla_kv', 'flashmla_auto', 'fa3', 'tilelang', 'aiter', 'trtllm'] },
  sglangDsaTopkBackend: { flag: '--sglang-dsa-topk-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['sgl-kernel', 'torch', 'flashinfer'] },
  sglangDtype: { flag: '--sglang-dtype', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'half', 'float16', 'bfloat16', 'float', 'float32'] },
  sglangDynamicBatchTokenizerBatchSize: { flag: '--sglang-dynamic-batch-tokenizer-batch-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangDynamicBatchTokenizerBatchTimeout: { flag: '--sglang-dynamic-batch-tokenizer-batch-timeout', origin: 'sglang', arity: 1, type: 'float' },
  sglangElasticEpBackend: { flag: '--sglang-elastic-ep-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['none', 'mooncake', 'nixl'] },
  sglangElasticEpRejoin: { flag: '--sglang-elastic-ep-rejoin', origin: 'sglang', arity: 0 },
  sglangEnableAdaptiveDispatchToEncoder: { flag: '--sglang-enable-adaptive-dispatch-to-encoder', origin: 'sglang', arity: 0 },
  sglangEnableAiterAllreduceFusion: { flag: '--sglang-enable-aiter-allreduce-fusion', origin: 'sglang', arity: 0 },
  sglangEnableAttnTpInputScattered: { flag: '--sglang-enable-attn-tp-input-scattered', origin: 'sglang', arity: 0 },
  sglangEnableBroadcastMmInputsProcess: { flag: '--sglang-enable-broadcast-mm-inputs-process', origin: 'sglang', arity: 0 },
  sglangEnableCacheReport: { flag: '--sglang-enable-cache-report', origin: 'sglang', arity: 0 },
  sglangEnableCudagraphGc: { flag: '--sglang-enable-cudagraph-gc', origin: 'sglang', arity: 0 },
  sglangEnableCustomLogitProcessor: { flag: '--sglang-enable-custom-logit-processor', origin: 'sglang', arity: 0 },
  sglangEnableDeepepWaterfill: { flag: '--sglang-enable-deepep-waterfill', origin: 'sglang', arity: 0 },
  sglangEnableDeepseekV4Fp4Indexer: { flag: '--sglang-enable-deepseek-v4-fp4-indexer', origin: 'sglang', arity: 0 },
  sglangEnableDeterministicInference: { flag: '--sglang-enable-deterministic-inference', origin: 'sglang', arity: 0 },
  sglangEnableDpAttention: { flag: '--sglang-enable-dp-attention', origin: 'sglang', arity: 0 },
  sglangEnableDpAttentionLocalControlBroadcast: { flag: '--sglang-enable-dp-attention-local-control-broadcast', origin: 'sglang', arity: 0 },
  sglangEnableDpLmHead: { flag: '--sglang-enable-dp-lm-head', origin: 'sglang', arity: 0 },
  sglangEnableDraftWeightsCpuBackup: { flag: '--sglang-enable-draft-weights-cpu-backup', origin: 'sglang', arity: 0 },
  sglangEnableDynamicBatchTokenizer: { flag: '--sglang-enable-dynamic-batch-tokenizer', origin: 'sglang', arity: 0 },
  sglangEnableDynamicChunking: { flag: '--sglang-enable-dynamic-chunking', origin: 'sglang', arity: 0 },
  sglangEnableElasticExpertBackup: { flag: '--sglang-enable-elastic-expert-backup', origin: 'sglang', arity: 0 },
  sglangEnableEplb: { flag: '--sglang-enable-eplb', origin: 'sglang', arity: 0 },
  sglangEnableExpertDistributionMetrics: { flag: '--sglang-enable-expert-distribution-metrics', origin: 'sglang', arity: 0 },
  sglangEnableFlashinferAllreduceFusion: { flag: '--sglang-enable-flashinfer-allreduce-fusion', origin: 'sglang', arity: 0 },
  sglangEnableForwardPassMetrics: { flag: '--sglang-enable-forward-pass-metrics', origin: 'sglang', arity: 0 },
  sglangEnableFp32LmHead: { flag: '--sglang-enable-fp32-lm-head', origin: 'sglang', arity: 0 },
  sglangEnableFp32MoeRouter: { flag: '--sglang-enable-fp32-moe-router', origin: 'sglang', arity: 0 },
  sglangEnableFusedMoeSumAllReduce: { flag: '--sglang-enable-fused-moe-sum-all-reduce', origin: 'sglang', arity: 0 },
  sglangEnableFusedQkNormRope: { flag: '--sglang-enable-fused-qk-norm-rope', origin: 'sglang', arity: 0 },
  sglangEnableHierarchicalCache: { flag: '--sglang-enable-hierarchical-cache', origin: 'sglang', arity: 0 },
  sglangEnableHisparse: { flag: '--sglang-enable-hisparse', origin: 'sglang', arity: 0 },
  sglangEnableHttp2: { flag: '--sglang-enable-http2', origin: 'sglang', arity: 0 },
  sglangEnableInt8MambaCheckpoint: { flag: '--sglang-enable-int8-mamba-checkpoint', origin: 'sglang', arity: 0 },
  sglangEnableLayerwiseNvtxMarker: { flag: '--sglang-enable-layerwise-nvtx-marker', origin: 'sglang', arity: 0 },
  sglangEnableLinearReplayssm: { flag: '--sglang-enable-linear-replayssm', origin: 'sglang', arity: 0 },
  sglangEnableLmcache: { flag: '--sglang-enable-lmcache', origin: 'sglang', arity: 0 },
  sglangEnableLora: { flag: '--sglang-enable-lora', origin: 'sglang', arity: 0 },
  sglangEnableLoraOverlapLoading: { flag: '--sglang-enable-lora-overlap-loading', origin: 'sglang', arity: 0 },
  sglangEnableMambaCacheStochasticRounding: { flag: '--sglang-enable-mamba-cache-stochastic-rounding', origin: 'sglang', arity: 0 },
  sglangEnableMetrics: { flag: '--sglang-enable-metrics', origin: 'sglang', arity: 0 },
  sglangEnableMetricsForAllSchedulers: { flag: '--sglang-enable-metrics-for-all-schedulers', origin: 'sglang', arity: 0 },
  sglangEnableMfuMetrics: { flag: '--sglang-enable-mfu-metrics', origin: 'sglang', arity: 0 },
  sglangEnableMis: { flag: '--sglang-enable-mis', origin: 'sglang', arity: 0 },
  sglangEnableMixedChunk: { flag: '--sglang-enable-mixed-chunk', origin: 'sglang', arity: 0 },
  sglangEnableMmGlobalCache: { flag: '--sglang-enable-mm-global-cache', origin: 'sglang', arity: 0 },
  sglangEnableMscclpp: { flag: '--sglang-enable-mscclpp', origin: 'sglang', arity: 0 },
  sglangEnableMultiLayerEagle: { flag: '--sglang-enable-multi-layer-eagle', origin: 'sglang', arity: 0 },
  sglangEnableMultimodal: { flag: '--sglang-enable-multimodal', origin: 'sglang', arity: 0 },
  sglangEnableNcclNvls: { flag: '--sglang-enable-nccl-nvls', origin: 'sglang', arity: 0 },
  sglangEnableP2pCheck: { flag: '--sglang-enable-p2p-check', origin: 'sglang', arity: 0 },
  sglangEnablePageMajorKvLayout: { flag: '--sglang-enable-page-major-kv-layout', origin: 'sglang', arity: 0 },
  sglangEnablePdmux: { flag: '--sglang-enable-pdmux', origin: 'sglang', arity: 0 },
  sglangEnablePreciseEmbeddingInterpolation: { flag: '--sglang-enable-precise-embedding-interpolation', origin: 'sglang', arity: 0 },
  sglangEnablePrefillCp: { flag: '--sglang-enable-prefill-cp', origin: 'sglang', arity: 0 },
  sglangEnablePrefillDelayer: { flag: '--sglang-enable-prefill-delayer', origin: 'sglang', arity: 0 },
  sglangEnablePrefixMmCache: { flag: '--sglang-enable-prefix-mm-cache', origin: 'sglang', arity: 0 },
  sglangEnablePriorityScheduling: { flag: '--sglang-enable-priority-scheduling', origin: 'sglang', arity: 0 },
  sglangEnableProfileCudaGraph: { flag: '--sglang-enable-profile-cuda-graph', origin: 'sglang', arity: 0 },
  sglangEnableQuantCommunications: { flag: '--sglang-enable-quant-communications', origin: 'sglang', arity: 0 },
  sglangEnableRequestTimeStatsLogging: { flag: '--sglang-enable-request-time-stats-logging', origin: 'sglang', arity: 0 },
  sglangEnableReturnHiddenStates: { flag: '--sglang-enable-return-hidden-states', origin: 'sglang', arity: 0 },
  sglangEnableReturnIndexerTopk: { flag: '--sglang-enable-return-indexer-topk', origin: 'sglang', arity: 0 },
  sglangEnableSessionRadixCache: { flag: '--sglang-enable-session-radix-cache', origin: 'sglang', arity: 0 },
  sglangEnableSingleBatchOverlap: { flag: '--sglang-enable-single-batch-overlap', origin: 'sglang', arity: 0 },
  sglangEnableSslRefresh: { flag: '--sglang-enable-ssl-refresh', origin: 'sglang', arity: 0 },
  sglangEnableStreamingSession: { flag: '--sglang-enable-streaming-session', origin: 'sglang', arity: 0 },
  sglangEnableStrictThinking: { flag: '--sglang-enable-strict-thinking', origin: 'sglang', arity: 0 },
  sglangEnableSymmMem: { flag: '--sglang-enable-symm-mem', origin: 'sglang', arity: 0 },
  sglangEnableTf32Matmul: { flag: '--sglang-enable-tf32-matmul', origin: 'sglang', arity: 0 },
  sglangEnableTokenizerBatchEncode: { flag: '--sglang-enable-tokenizer-batch-encode', origin: 'sglang', arity: 0 },
  sglangEnableTorchCompile: { flag: '--sglang-enable-torch-compile', origin: 'sglang', arity: 0 },
  sglangEnableTorchCompileDebugMode: { flag: '--sglang-enable-torch-compile-debug-mode', origin: 'sglang', arity: 0 },
  sglangEnableTorchSymmMem: { flag: '--sglang-enable-torch-symm-mem', origin: 'sglang', arity: 0 },
  sglangEnableTrace: { flag: '--sglang-enable-trace', origin: 'sglang', arity: 0 },
  sglangEnableTwoBatchOverlap: { flag: '--sglang-enable-two-batch-overlap', origin: 'sglang', arity: 0 },
  sglangEnableUnifiedMemory: { flag: '--sglang-enable-unified-memory', origin: 'sglang', arity: 0 },
  sglangEnableWeightsCpuBackup: { flag: '--sglang-enable-weights-cpu-backup', origin: 'sglang', arity: 0 },
  sglangEncoderBootstrapPort: { flag: '--sglang-encoder-bootstrap-port', origin: 'sglang', arity: 1, type: 'int' },
  sglangEncoderOnly: { flag: '--sglang-encoder-only', origin: 'sglang', arity: 0 },
  sglangEncoderRegisterUrls: { flag: '--sglang-encoder-register-urls', origin: 'sglang', arity: '+', type: 'str' },
  sglangEncoderTransferBackend: { flag: '--sglang-encoder-transfer-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['zmq_to_scheduler', 'zmq_to_tokenizer', 'mooncake'] },
  sglangEncoderUrls: { flag: '--sglang-encoder-urls', origin: 'sglang', arity: '+', type: 'str' },
  sglangEnforceDisableFlashinferAllreduceFusion: { flag: '--sglang-enforce-disable-flashinfer-allreduce-fusion', origin: 'sglang', arity: 0 },
  sglangEnforceSharedExpertsFusion: { flag: '--sglang-enforce-shared-experts-fusion', origin: 'sglang', arity: 0 },
  sglangEngineInfoBootstrapPort: { flag: '--sglang-engine-info-bootstrap-port', origin: 'sglang', arity: 1, type: 'int' },
  sglangEpDispatchAlgorithm: { flag: '--sglang-ep-dispatch-algorithm', origin: 'sglang', arity: 1, type: 'str', choices: ['static', 'dynamic', 'fake', 'lp'] },
  sglangEpNumRedundantExperts: { flag: '--sglang-ep-num-redundant-experts', origin: 'sglang', arity: 1, type: 'int' },
  sglangEpSize: { flag: '--sglang-ep-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangEplbAlgorithm: { flag: '--sglang-eplb-algorithm', origin: 'sglang', arity: 1, type: 'str' },
  sglangEplbMinRebalancingUtilizationThreshold: { flag: '--sglang-eplb-min-rebalancing-utilization-threshold', origin: 'sglang', arity: 1, type: 'float' },
  sglangEplbRebalanceLayersPerChunk: { flag: '--sglang-eplb-rebalance-layers-per-chunk', origin: 'sglang', arity: 1, type: 'int' },
  sglangEplbRebalanceNumIterations: { flag: '--sglang-eplb-rebalance-num-iterations', origin: 'sglang', arity: 1, type: 'int' },
  sglangExpertDistributionRecorderBufferSize: { flag: '--sglang-expert-distribution-recorder-buffer-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangExpertDistributionRecorderMode: { flag: '--sglang-expert-distribution-recorder-mode', origin: 'sglang', arity: 1, type: 'str', choices: ['stat', 'stat_approx', 'per_pass', 'per_token'] },
  sglangExpertsSharedOuterLoras: { flag: '--sglang-experts-shared-outer-loras', origin: 'sglang', arity: 0 },
  sglangExportMetricsToFile: { flag: '--sglang-export-metrics-to-file', origin: 'sglang', arity: 0 },
  sglangExportMetricsToFileDir: { flag: '--sglang-export-metrics-to-file-dir', origin: 'sglang', arity: 1, type: 'str' },
  sglangExtraMetricLabels: { flag: '--sglang-extra-metric-labels', origin: 'sglang', arity: 1, type: 'json' },
  sglangFastapiRootPath: { flag: '--sglang-fastapi-root-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangFileStoragePath: { flag: '--sglang-file-storage-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangFlashinferAllreduceFusionBackend: { flag: '--sglang-flashinfer-allreduce-fusion-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'trtllm', 'mnnvl'] },
  sglangFlashinferMlaDisableRagged: { flag: '--sglang-flashinfer-mla-disable-ragged', origin: 'sglang', arity: 0 },
  sglangFlashinferMxfp4MoePrecision: { flag: '--sglang-flashinfer-mxfp4-moe-precision', origin: 'sglang', arity: 1, type: 'str', choices: ['default', 'bf16'] },
  sglangForwardHooks: { flag: '--sglang-forward-hooks', origin: 'sglang', arity: 1 },
  sglangForwardPassMetricsIpcName: { flag: '--sglang-forward-pass-metrics-ipc-name', origin: 'sglang', arity: 1, type: 'str' },
  sglangForwardPassMetricsWorkerId: { flag: '--sglang-forward-pass-metrics-worker-id', origin: 'sglang', arity: 1, type: 'str' },
  sglangFp4GemmBackend: { flag: '--sglang-fp4-gemm-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'cutlass', 'flashinfer_cudnn', 'flashinfer_cutedsl', 'flashinfer_cutlass', 'flashinfer_trtllm', 'marlin'] },
  sglangFp8GemmBackend: { flag: '--sglang-fp8-gemm-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'deep_gemm', 'flashinfer_trtllm', 'flashinfer_cutlass', 'flashinfer_deepgemm', 'cutlass', 'triton', 'aiter'] },
  sglangGcThreshold: { flag: '--sglang-gc-threshold', origin: 'sglang', arity: '+', type: 'int' },
  sglangGcWarningThresholdSecs: { flag: '--sglang-gc-warning-threshold-secs', origin: 'sglang', arity: 1, type: 'float' },
  sglangGenerationTokensBuckets: { flag: '--sglang-generation-tokens-buckets', origin: 'sglang', arity: '+', type: 'str' },
  sglangGrammarBackend: { flag: '--sglang-grammar-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['xgrammar', 'outlines', 'llguidance', 'none'] },
  sglangGrpcHttpSidecarPort: { flag: '--sglang-grpc-http-sidecar-port', origin: 'sglang', arity: 1, type: 'int' },
  sglangGrpcMode: { flag: '--sglang-grpc-mode', origin: 'sglang', arity: 0 },
  sglangHfChatTemplateName: { flag: '--sglang-hf-chat-template-name', origin: 'sglang', arity: 1, type: 'str' },
  sglangHicacheIoBackend: { flag: '--sglang-hicache-io-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['direct', 'kernel', 'kernel_ascend'] },
  sglangHicacheMemLayout: { flag: '--sglang-hicache-mem-layout', origin: 'sglang', arity: 1, type: 'str', choices: ['layer_first', 'page_first', 'page_first_direct', 'page_first_kv_split', 'page_head'] },
  sglangHicacheRatio: { flag: '--sglang-hicache-ratio', origin: 'sglang', arity: 1, type: 'float' },
  sglangHicacheSize: { flag: '--sglang-hicache-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangHicacheStorageBackend: { flag: '--sglang-hicache-storage-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['file', 'mooncake', 'hf3fs', 'nixl', 'aibrix', 'dynamic', 'eic', 'simm', 'mori'] },
  sglangHicacheStorageBackendExtraConfig: { flag: '--sglang-hicache-storage-backend-extra-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangHicacheStoragePrefetchPolicy: { flag: '--sglang-hicache-storage-prefetch-policy', origin: 'sglang', arity: 1, type: 'str', choices: ['best_effort', 'wait_complete', 'timeout'] },
  sglangHicacheWritePolicy: { flag: '--sglang-hicache-write-policy', origin: 'sglang', arity: 1, type: 'str', choices: ['write_back', 'write_through', 'write_through_selective'] },
  sglangHisparseConfig: { flag: '--sglang-hisparse-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangHost: { flag: '--sglang-host', origin: 'sglang', arity: 1, type: 'str' },
  sglangIncrementalStreamingOutput: { flag: '--sglang-incremental-streaming-output', origin: 'sglang', arity: 0 },
  sglangInitExpertLocation: { flag: '--sglang-init-expert-location', origin: 'sglang', arity: 1, type: 'str' },
  sglangInt8MambaCkptSize: { flag: '--sglang-int8-mamba-ckpt-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangIsEmbedding: { flag: '--sglang-is-embedding', origin: 'sglang', arity: 0 },
  sglangJsonModelOverrideArgs: { flag: '--sglang-json-model-override-args', origin: 'sglang', arity: 1, type: 'str' },
  sglangKeepMmFeatureOnDevice: { flag: '--sglang-keep-mm-feature-on-device', origin: 'sglang', arity: 0 },
  sglangKtCpuinfer: { flag: '--sglang-kt-cpuinfer', origin: 'sglang', arity: 1, type: 'int' },
  sglangKtMaxDeferredExpertsPerToken: { flag: '--sglang-kt-max-deferred-experts-per-token', origin: 'sglang', arity: 1, type: 'int' },
  sglangKtMethod: { flag: '--sglang-kt-method', origin: 'sglang', arity: 1, type: 'str' },
  sglangKtNumGpuExperts: { flag: '--sglang-kt-num-gpu-experts', origin: 'sglang', arity: 1, type: 'int' },
  sglangKtThreadpoolCount: { flag: '--sglang-kt-threadpool-count', origin: 'sglang', arity: 1, type: 'int' },
  sglangKtWeightPath: { flag: '--sglang-kt-weight-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangKvCacheDtype: { flag: '--sglang-kv-cache-dtype', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'fp8_e5m2', 'fp8_e4m3', 'bf16', 'bfloat16', 'fp4_e2m1'] },
  sglangKvCanary: { flag: '--sglang-kv-canary', origin: 'sglang', arity: 1, type: 'str', choices: ['none', 'log', 'raise'] },
  sglangKvCanaryRealData: { flag: '--sglang-kv-canary-real-data', origin: 'sglang', arity: 1, type: 'str' },
  sglangKvCanarySweepInterval: { flag: '--sglang-kv-canary-sweep-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangKvEventsConfig: { flag: '--sglang-kv-events-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangLanguageOnly: { flag: '--sglang-language-only', origin: 'sglang', arity: 0 },
  sglangLimitMmDataPerRequest: { flag: '--sglang-limit-mm-data-per-request', origin: 'sglang', arity: 1, type: 'json' },
  sglangLinearAttnBackend: { flag: '--sglang-linear-attn-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'cutedsl', 'flashinfer', 'flashkda'] },
  sglangLinearAttnDecodeBackend: { flag: '--sglang-linear-attn-decode-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'cutedsl', 'flashinfer', 'flashkda'] },
  sglangLinearAttnPrefillBackend: { flag: '--sglang-linear-attn-prefill-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'cutedsl', 'flashinfer', 'flashkda'] },
  sglangLinearReplayssmCacheLen: { flag: '--sglang-linear-replayssm-cache-len', origin: 'sglang', arity: 1, type: 'int' },
  sglangLmcacheConfigFile: { flag: '--sglang-lmcache-config-file', origin: 'sglang', arity: 1, type: 'str' },
  sglangLoadBalanceMethod: { flag: '--sglang-load-balance-method', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'round_robin', 'follow_bootstrap_room', 'total_requests', 'total_tokens'] },
  sglangLoadFormat: { flag: '--sglang-load-format', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'pt', 'safetensors', 'npcache', 'dummy', 'sharded_state', 'gguf', 'bitsandbytes', 'mistral', 'layered', 'flash_rl', 'remote', 'remote_instance', 'fastsafetensors', 'private', 'runai_streamer'] },
  sglangLoadSnapshotPublishInterval: { flag: '--sglang-load-snapshot-publish-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangLogLevel: { flag: '--sglang-log-level', origin: 'sglang', arity: 1, type: 'str' },
  sglangLogLevelHttp: { flag: '--sglang-log-level-http', origin: 'sglang', arity: 1, type: 'str' },
  sglangLogRequests: { flag: '--sglang-log-requests', origin: 'sglang', arity: 0 },
  sglangLogRequestsFormat: { flag: '--sglang-log-requests-format', origin: 'sglang', arity: 1, type: 'str', choices: ['text', 'json'] },
  sglangLogRequestsLevel: { flag: '--sglang-log-requests-level', origin: 'sglang', arity: 1, type: 'int', choices: [0, 1, 2, 3] },
  sglangLogRequestsTarget: { flag: '--sglang-log-requests-target', origin: 'sglang', arity: '+', type: 'str' },
  sglangLoraBackend: { flag: '--sglang-lora-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'csgmv', 'ascend', 'torch_native'] },
  sglangLoraDrainWaitThreshold: { flag: '--sglang-lora-drain-wait-threshold', origin: 'sglang', arity: 1, type: 'float' },
  sglangLoraEvictionPolicy: { flag: '--sglang-lora-eviction-policy', origin: 'sglang', arity: 1, type: 'str', choices: ['lru', 'fifo'] },
  sglangLoraPaths: { flag: '--sglang-lora-paths', origin: 'sglang', arity: '*', type: 'str' },
  sglangLoraStrictLoading: { flag: '--sglang-lora-strict-loading', origin: 'sglang', arity: 0 },
  sglangLoraTargetModules: { flag: '--sglang-lora-target-modules', origin: 'sglang', arity: '*', type: 'str' },
  sglangLoraUseVirtualExperts: { flag: '--sglang-lora-use-virtual-experts', origin: 'sglang', arity: 0 },
  sglangMambaBackend: { flag: '--sglang-mamba-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'flashinfer'] },
  sglangMambaCachePhiloxRounds: { flag: '--sglang-mamba-cache-philox-rounds', origin: 'sglang', arity: 1, type: 'int' },
  sglangMambaFullMemoryRatio: { flag: '--sglang-mamba-full-memory-ratio', origin: 'sglang', arity: 1, type: 'float' },
  sglangMambaRadixCacheStrategy: { flag: '--sglang-mamba-radix-cache-strategy', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'no_buffer', 'extra_buffer', 'extra_buffer_lazy'] },
  sglangMambaSchedulerStrategy: { flag: '--sglang-mamba-scheduler-strategy', origin: 'sglang', arity: 1, type: 'str' },
  sglangMambaSsmDtype: { flag: '--sglang-mamba-ssm-dtype', origin: 'sglang', arity: 1, type: 'str', choices: ['float32', 'bfloat16', 'float16'] },
  sglangMambaTrackInterval: { flag: '--sglang-mamba-track-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxLoadedLoras: { flag: '--sglang-max-loaded-loras', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxLoraChunkSize: { flag: '--sglang-max-lora-chunk-size', origin: 'sglang', arity: 1, type: 'int', choices: [16, 32, 64, 128] },
  sglangMaxLoraRank: { flag: '--sglang-max-lora-rank', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxLorasPerBatch: { flag: '--sglang-max-loras-per-batch', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxMambaCacheSize: { flag: '--sglang-max-mamba-cache-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxPrefillTokens: { flag: '--sglang-max-prefill-tokens', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxQueuedRequests: { flag: '--sglang-max-queued-requests', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxRunningRequests: { flag: '--sglang-max-running-requests', origin: 'sglang', arity: 1, type: 'int' },
  sglangMaxTotalTokens: { flag: '--sglang-max-total-tokens', origin: 'sglang', arity: 1, type: 'int' },
  sglangMemFractionStatic: { flag: '--sglang-mem-fraction-static', origin: 'sglang', arity: 1, type: 'float' },
  sglangMinFreeSlotsDelay: { flag: '--sglang-min-free-slots-delay', origin: 'sglang', arity: 1, type: 'int' },
  sglangMmAttentionBackend: { flag: '--sglang-mm-attention-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['sdpa', 'fa3', 'fa4', 'triton_attn', 'ascend_attn', 'aiter_attn', 'flashinfer_cudnn', 'amx_attn', 'xpu_attn'] },
  sglangMmEnableDpEncoder: { flag: '--sglang-mm-enable-dp-encoder', origin: 'sglang', arity: 0 },
  sglangMmProcessConfig: { flag: '--sglang-mm-process-config', origin: 'sglang', arity: 1, type: 'json' },
  sglangModelChecksum: { flag: '--sglang-model-checksum', origin: 'sglang', arity: 1, type: 'str' },
  sglangModelConfigParser: { flag: '--sglang-model-config-parser', origin: 'sglang', arity: 1, type: 'str' },
  sglangModelImpl: { flag: '--sglang-model-impl', origin: 'sglang', arity: 1, type: 'str' },
  sglangModelLoaderExtraConfig: { flag: '--sglang-model-loader-extra-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangModelexpressConfig: { flag: '--sglang-modelexpress-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangModeloptCheckpointRestorePath: { flag: '--sglang-modelopt-checkpoint-restore-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangModeloptCheckpointSavePath: { flag: '--sglang-modelopt-checkpoint-save-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangModeloptExportPath: { flag: '--sglang-modelopt-export-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangModeloptQuant: { flag: '--sglang-modelopt-quant', origin: 'sglang', arity: 1, type: 'str' },
  sglangMoeA2aBackend: { flag: '--sglang-moe-a2a-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['none', 'deepep', 'mooncake', 'nixl', 'mori', 'ascend_fuseep', 'flashinfer', 'megamoe'] },
  sglangMoeDenseTpSize: { flag: '--sglang-moe-dense-tp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangMoeDpSize: { flag: '--sglang-moe-dp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangMoeRunnerBackend: { flag: '--sglang-moe-runner-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'deep_gemm', 'triton', 'triton_kernel', 'flashinfer_trtllm', 'experimental_sgl_trtllm', 'flashinfer_trtllm_routed', 'flashinfer_cutlass', 'flashinfer_mxfp4', 'flashinfer_cutedsl', 'cutlass', 'aiter', 'marlin'] },
  sglangMooncakeIbDevice: { flag: '--sglang-mooncake-ib-device', origin: 'sglang', arity: 1, type: 'str' },
  sglangMsprobeDumpConfig: { flag: '--sglang-msprobe-dump-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangNumContinuousDecodeSteps: { flag: '--sglang-num-continuous-decode-steps', origin: 'sglang', arity: 1, type: 'int' },
  sglangNumReservedDecodeTokens: { flag: '--sglang-num-reserved-decode-tokens', origin: 'sglang', arity: 1, type: 'int' },
  sglangNumaNode: { flag: '--sglang-numa-node', origin: 'sglang', arity: '+', type: 'int' },
  sglangOffloadGroupSize: { flag: '--sglang-offload-group-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangOffloadMode: { flag: '--sglang-offload-mode', origin: 'sglang', arity: 1, type: 'str' },
  sglangOffloadNumInGroup: { flag: '--sglang-offload-num-in-group', origin: 'sglang', arity: 1, type: 'int' },
  sglangOffloadPrefetchStep: { flag: '--sglang-offload-prefetch-step', origin: 'sglang', arity: 1, type: 'int' },
  sglangOptimisticPrefillRetries: { flag: '--sglang-optimistic-prefill-retries', origin: 'sglang', arity: 1, type: 'int' },
  sglangOtlpTracesEndpoint: { flag: '--sglang-otlp-traces-endpoint', origin: 'sglang', arity: 1, type: 'str' },
  sglangPageSize: { flag: '--sglang-page-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangPdmuxConfigPath: { flag: '--sglang-pdmux-config-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangPpAsyncBatchDepth: { flag: '--sglang-pp-async-batch-depth', origin: 'sglang', arity: 1, type: 'int' },
  sglangPpMaxMicroBatchSize: { flag: '--sglang-pp-max-micro-batch-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangPpSize: { flag: '--sglang-pp-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangPreWarmNccl: { flag: '--sglang-pre-warm-nccl', origin: 'sglang', arity: 0 },
  sglangPreferredSamplingParams: { flag: '--sglang-preferred-sampling-params', origin: 'sglang', arity: 1, type: 'json' },
  sglangPrefillAttentionBackend: { flag: '--sglang-prefill-attention-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['triton', 'torch_native', 'flex_attention', 'dsa', 'nsa', 'dsv4', 'compressed', 'cutlass_mla', 'fa3', 'fa4', 'flashinfer', 'flashmla', 'trtllm_mla', 'cutedsl_mla', 'tokenspeed_mla', 'trtllm_mha', 'dual_chunk_flash_attn', 'aiter', 'wave', 'intel_amx', 'ascend', 'intel_xpu'] },
  sglangPrefillDelayerForwardPassesBuckets: { flag: '--sglang-prefill-delayer-forward-passes-buckets', origin: 'sglang', arity: '+', type: 'float' },
  sglangPrefillDelayerMaxDelayMs: { flag: '--sglang-prefill-delayer-max-delay-ms', origin: 'sglang', arity: 1, type: 'float' },
  sglangPrefillDelayerMaxDelayPasses: { flag: '--sglang-prefill-delayer-max-delay-passes', origin: 'sglang', arity: 1, type: 'int' },
  sglangPrefillDelayerQueueMinRatio: { flag: '--sglang-prefill-delayer-queue-min-ratio', origin: 'sglang', arity: 1, type: 'float' },
  sglangPrefillDelayerTokenUsageLowWatermark: { flag: '--sglang-prefill-delayer-token-usage-low-watermark', origin: 'sglang', arity: 1, type: 'float' },
  sglangPrefillDelayerWaitSecondsBuckets: { flag: '--sglang-prefill-delayer-wait-seconds-buckets', origin: 'sglang', arity: '+', type: 'float' },
  sglangPrefillMaxRequests: { flag: '--sglang-prefill-max-requests', origin: 'sglang', arity: 1, type: 'int' },
  sglangPrefillOnlyDisableKvCache: { flag: '--sglang-prefill-only-disable-kv-cache', origin: 'sglang', arity: 0 },
  sglangPrioritySchedulingPreemptionThreshold: { flag: '--sglang-priority-scheduling-preemption-threshold', origin: 'sglang', arity: 1, type: 'int' },
  sglangPromptTokensBuckets: { flag: '--sglang-prompt-tokens-buckets', origin: 'sglang', arity: '+', type: 'str' },
  sglangQuantization: { flag: '--sglang-quantization', origin: 'sglang', arity: 1, type: 'str', choices: ['awq', 'fp8', 'mxfp8', 'gptq', 'marlin', 'gptq_marlin', 'awq_marlin', 'bitsandbytes', 'gguf', 'modelopt', 'modelopt_fp8', 'modelopt_fp4', 'nvfp4_online', 'modelopt_mixed', 'petit_nvfp4', 'w8a8_int8', 'w8a8_fp8', 'moe_wna16', 'qoq', 'w4afp8', 'mxfp4', 'auto-round', 'auto-round-int8', 'compressed-tensors', 'modelslim', 'mxfp_w4a8', 'quark', 'quark_int4fp8_moe', 'quark_mxfp4', 'mlx_q4', 'mlx_q8', 'unquant'] },
  sglangQuantizationParamPath: { flag: '--sglang-quantization-param-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangQuantizeAndServe: { flag: '--sglang-quantize-and-serve', origin: 'sglang', arity: 0 },
  sglangRadixCacheBackend: { flag: '--sglang-radix-cache-backend', origin: 'sglang', arity: 1, type: 'str' },
  sglangRadixEvictionPolicy: { flag: '--sglang-radix-eviction-policy', origin: 'sglang', arity: 1, type: 'str', choices: ['lru', 'lfu', 'slru', 'priority'] },
  sglangReasoningParser: { flag: '--sglang-reasoning-parser', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'apertus2509', 'deepseek-r1', 'deepseek-v3', 'deepseek-v4', 'glm45', 'hunyuan', 'gpt-oss', 'kimi', 'kimi_k2', 'mimo', 'poolside_v1', 'qwen3', 'qwen3-thinking', 'minimax', 'minimax-append-think', 'step3', 'step3p5', 'mistral', 'nemotron_3', 'interns1', 'gemma4', 'cohere_command4'] },
  sglangReleaseHicache: { flag: '--sglang-release-hicache', origin: 'sglang', arity: 0 },
  sglangRemoteInstanceWeightLoaderBackend: { flag: '--sglang-remote-instance-weight-loader-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['transfer_engine', 'nccl', 'modelexpress'] },
  sglangRemoteInstanceWeightLoaderSeedInstanceIp: { flag: '--sglang-remote-instance-weight-loader-seed-instance-ip', origin: 'sglang', arity: 1, type: 'str' },
  sglangRemoteInstanceWeightLoaderSeedInstanceServicePort: { flag: '--sglang-remote-instance-weight-loader-seed-instance-service-port', origin: 'sglang', arity: 1, type: 'int' },
  sglangRemoteInstanceWeightLoaderSendWeightsGroupPorts: { flag: '--sglang-remote-instance-weight-loader-send-weights-group-ports', origin: 'sglang', arity: 1 },
  sglangRemoteInstanceWeightLoaderStartSeedViaTransferEngine: { flag: '--sglang-remote-instance-weight-loader-start-seed-via-transfer-engine', origin: 'sglang', arity: 0 },
  sglangRevision: { flag: '--sglang-revision', origin: 'sglang', arity: 1, type: 'str' },
  sglangRlOnPolicyTarget: { flag: '--sglang-rl-on-policy-target', origin: 'sglang', arity: 1, type: 'str', choices: ['fsdp'] },
  sglangRlQuantProfile: { flag: '--sglang-rl-quant-profile', origin: 'sglang', arity: 1, type: 'str' },
  sglangRouterIp: { flag: '--sglang-router-ip', origin: 'slime', arity: 1, type: 'str' },
  sglangRouterPort: { flag: '--sglang-router-port', origin: 'slime', arity: 1, type: 'int' },
  sglangRouterRequestTimeoutSecs: { flag: '--sglang-router-request-timeout-secs', origin: 'slime', arity: 1, type: 'int' },
  sglangSamplingBackend: { flag: '--sglang-sampling-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['ascend', 'flashinfer', 'pytorch', 'token_oracle'] },
  sglangSamplingDefaults: { flag: '--sglang-sampling-defaults', origin: 'sglang', arity: 1, type: 'str', choices: ['openai', 'model'] },
  sglangScheduleConservativeness: { flag: '--sglang-schedule-conservativeness', origin: 'sglang', arity: 1, type: 'float' },
  sglangScheduleLowPriorityValuesFirst: { flag: '--sglang-schedule-low-priority-values-first', origin: 'sglang', arity: 0 },
  sglangSchedulePolicy: { flag: '--sglang-schedule-policy', origin: 'sglang', arity: 1, type: 'str', choices: ['lpm', 'random', 'fcfs', 'dfs-weight', 'lof', 'priority', 'routing-key'] },
  sglangSchedulerRecvInterval: { flag: '--sglang-scheduler-recv-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangServedModelName: { flag: '--sglang-served-model-name', origin: 'sglang', arity: 1, type: 'str' },
  sglangServerConcurrency: { flag: '--sglang-server-concurrency', origin: 'slime', arity: 1, type: 'int' },
  sglangShowTimeCost: { flag: '--sglang-show-time-cost', origin: 'sglang', arity: 0 },
  sglangSkipTokenizerInit: { flag: '--sglang-skip-tokenizer-init', origin: 'sglang', arity: 0 },
  sglangSleepOnIdle: { flag: '--sglang-sleep-on-idle', origin: 'sglang', arity: 0 },
  sglangSmGroupNum: { flag: '--sglang-sm-group-num', origin: 'sglang', arity: 1, type: 'int' },
  sglangSoftWatchdogTimeout: { flag: '--sglang-soft-watchdog-timeout', origin: 'sglang', arity: 1, type: 'float' },
  sglangSpecTraceDir: { flag: '--sglang-spec-trace-dir', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeAcceptThresholdAcc: { flag: '--sglang-speculative-accept-threshold-acc', origin: 'sglang', arity: 1, type: 'float' },
  sglangSpeculativeAcceptThresholdSingle: { flag: '--sglang-speculative-accept-threshold-single', origin: 'sglang', arity: 1, type: 'float' },
  sglangSpeculativeAdaptive: { flag: '--sglang-speculative-adaptive', origin: 'sglang', arity: 0 },
  sglangSpeculativeAdaptiveConfig: { flag: '--sglang-speculative-adaptive-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeAlgorithm: { flag: '--sglang-speculative-algorithm', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeAttentionMode: { flag: '--sglang-speculative-attention-mode', origin: 'sglang', arity: 1, type: 'str', choices: ['prefill', 'decode'] },
  sglangSpeculativeDflashBlockSize: { flag: '--sglang-speculative-dflash-block-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeDraftAttentionBackend: { flag: '--sglang-speculative-draft-attention-backend', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeDraftLoadFormat: { flag: '--sglang-speculative-draft-load-format', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'pt', 'safetensors', 'npcache', 'dummy', 'sharded_state', 'gguf', 'bitsandbytes', 'mistral', 'layered', 'flash_rl', 'remote', 'remote_instance', 'fastsafetensors', 'private', 'runai_streamer'] },
  sglangSpeculativeDraftModelPath: { flag: '--sglang-speculative-draft-model-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeDraftModelQuantization: { flag: '--sglang-speculative-draft-model-quantization', origin: 'sglang', arity: 1, type: 'str', choices: ['awq', 'fp8', 'mxfp8', 'gptq', 'marlin', 'gptq_marlin', 'awq_marlin', 'bitsandbytes', 'gguf', 'modelopt', 'modelopt_fp8', 'modelopt_fp4', 'nvfp4_online', 'modelopt_mixed', 'petit_nvfp4', 'w8a8_int8', 'w8a8_fp8', 'moe_wna16', 'qoq', 'w4afp8', 'mxfp4', 'auto-round', 'auto-round-int8', 'compressed-tensors', 'modelslim', 'mxfp_w4a8', 'quark', 'quark_int4fp8_moe', 'quark_mxfp4', 'mlx_q4', 'mlx_q8', 'unquant'] },
  sglangSpeculativeDraftModelRevision: { flag: '--sglang-speculative-draft-model-revision', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeDraftWindowSize: { flag: '--sglang-speculative-draft-window-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeEagleTopk: { flag: '--sglang-speculative-eagle-topk', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeMoeA2aBackend: { flag: '--sglang-speculative-moe-a2a-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['none', 'deepep', 'mooncake', 'nixl', 'mori', 'ascend_fuseep', 'flashinfer', 'megamoe'] },
  sglangSpeculativeMoeRunnerBackend: { flag: '--sglang-speculative-moe-runner-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'deep_gemm', 'triton', 'triton_kernel', 'flashinfer_trtllm', 'experimental_sgl_trtllm', 'flashinfer_trtllm_routed', 'flashinfer_cutlass', 'flashinfer_mxfp4', 'flashinfer_cutedsl', 'cutlass', 'aiter', 'marlin'] },
  sglangSpeculativeNgramCapacity: { flag: '--sglang-speculative-ngram-capacity', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNgramExternalCorpusMaxTokens: { flag: '--sglang-speculative-ngram-external-corpus-max-tokens', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNgramExternalCorpusPath: { flag: '--sglang-speculative-ngram-external-corpus-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeNgramExternalSamBudget: { flag: '--sglang-speculative-ngram-external-sam-budget', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNgramMatchType: { flag: '--sglang-speculative-ngram-match-type', origin: 'sglang', arity: 1, type: 'str', choices: ['BFS', 'PROB'] },
  sglangSpeculativeNgramMaxBfsBreadth: { flag: '--sglang-speculative-ngram-max-bfs-breadth', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNgramMaxTrieDepth: { flag: '--sglang-speculative-ngram-max-trie-depth', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNgramMinBfsBreadth: { flag: '--sglang-speculative-ngram-min-bfs-breadth', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNumDraftTokens: { flag: '--sglang-speculative-num-draft-tokens', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeNumSteps: { flag: '--sglang-speculative-num-steps', origin: 'sglang', arity: 1, type: 'int' },
  sglangSpeculativeSkipDpMlpSync: { flag: '--sglang-speculative-skip-dp-mlp-sync', origin: 'sglang', arity: 0 },
  sglangSpeculativeTokenMap: { flag: '--sglang-speculative-token-map', origin: 'sglang', arity: 1, type: 'str' },
  sglangSpeculativeUseRejectionSampling: { flag: '--sglang-speculative-use-rejection-sampling', origin: 'sglang', arity: 0 },
  sglangSslCaCerts: { flag: '--sglang-ssl-ca-certs', origin: 'sglang', arity: 1, type: 'str' },
  sglangSslCertfile: { flag: '--sglang-ssl-certfile', origin: 'sglang', arity: 1, type: 'str' },
  sglangSslKeyfile: { flag: '--sglang-ssl-keyfile', origin: 'sglang', arity: 1, type: 'str' },
  sglangSslKeyfilePassword: { flag: '--sglang-ssl-keyfile-password', origin: 'sglang', arity: 1, type: 'str' },
  sglangStreamInterval: { flag: '--sglang-stream-interval', origin: 'sglang', arity: 1, type: 'int' },
  sglangStreamResponseDefaultIncludeUsage: { flag: '--sglang-stream-response-default-include-usage', origin: 'sglang', arity: 0 },
  sglangStripThinkingCache: { flag: '--sglang-strip-thinking-cache', origin: 'sglang', arity: 0 },
  sglangSwaFullTokensRatio: { flag: '--sglang-swa-full-tokens-ratio', origin: 'sglang', arity: 1, type: 'float' },
  sglangTboTokenDistributionThreshold: { flag: '--sglang-tbo-token-distribution-threshold', origin: 'sglang', arity: 1, type: 'float' },
  sglangTokenizerBackend: { flag: '--sglang-tokenizer-backend', origin: 'sglang', arity: 1, type: 'str', choices: ['huggingface', 'fastokens'] },
  sglangTokenizerMetricsAllowedCustomLabels: { flag: '--sglang-tokenizer-metrics-allowed-custom-labels', origin: 'sglang', arity: '+', type: 'str' },
  sglangTokenizerMetricsCustomLabelsHeader: { flag: '--sglang-tokenizer-metrics-custom-labels-header', origin: 'sglang', arity: 1, type: 'str' },
  sglangTokenizerMode: { flag: '--sglang-tokenizer-mode', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'slow'] },
  sglangTokenizerPath: { flag: '--sglang-tokenizer-path', origin: 'sglang', arity: 1, type: 'str' },
  sglangTokenizerWorkerNum: { flag: '--sglang-tokenizer-worker-num', origin: 'sglang', arity: 1, type: 'int' },
  sglangToolCallParser: { flag: '--sglang-tool-call-parser', origin: 'sglang', arity: 1, type: 'str', choices: ['auto', 'apertus2509', 'cohere_command4', 'deepseekv3', 'deepseekv31', 'deepseekv32', 'deepseekv4', 'glm', 'glm45', 'glm47', 'gpt-oss', 'kimi_k2', 'lfm2', 'llama3', 'mimo', 'minicpm5', 'mistral', 'poolside_v1', 'pythonic', 'qwen', 'qwen25', 'qwen3_coder', 'step3', 'step3p5', 'minimax-m2', 'trinity', 'interns1', 'hermes', 'hunyuan', 'gigachat3', 'gemma4'] },
  sglangToolServer: { flag: '--sglang-tool-server', origin: 'sglang', arity: 1, type: 'str' },
  sglangTorchCompileMaxBs: { flag: '--sglang-torch-compile-max-bs', origin: 'sglang', arity: 1, type: 'int' },
  sglangTorchaoConfig: { flag: '--sglang-torchao-config', origin: 'sglang', arity: 1, type: 'str' },
  sglangTraceModules: { flag: '--sglang-trace-modules', origin: 'sglang', arity: 1, type: 'str' },
  sglangTritonAttentionNumKvSplits: { flag: '--sglang-triton-attention-num-kv-splits', origin: 'sglang', arity: 1, type: 'int' },
  sglangTritonAttentionReduceInFp32: { flag: '--sglang-triton-attention-reduce-in-fp32', origin: 'sglang', arity: 0 },
  sglangTritonAttentionSplitTileSize: { flag: '--sglang-triton-attention-split-tile-size', origin: 'sglang', arity: 1, type: 'int' },
  sglangUseRay: { flag: '--sglang-use-ray', origin: 'sglang', arity: 0 },
  sglangUvicornAccessLogExcludePrefixes: { flag: '--sglang-uvicorn-access-log-exclude-prefixes', origin: 'sglang', arity: '*', type: 'str' },
  sglangWarmups: { flag: '--sglang-warmups', origin: 'sglang', arity: 1, type: 'str' },
  sglangWatchdogTimeout: { flag: '--sglang-watchdog-timeout', origin: 'sglang', arity: 1, type: 'float' },
  sglangWeightLoaderDisableMmap: { flag: '--sglang-weight-loader-disable-mmap', origin: 'sglang', arity: 0 },
  sglangWeightLoaderDropCacheAfterLoad: { flag: '--sglang-weight-loader-drop-cache-after-load', origin: 'sglang', arity: 0 },
  sglangWeightLoaderPrefetchCheckpoints: { flag: '--sglang-weight-loader-prefetch-checkpoints', origin: 'sglang', arity: 0 },
  sglangWeightLoaderPrefetchNumThreads: { flag: '--sglang-weight-loader-prefetch-num-threads', origin: 'sglang', arity: 1, type: 'int' },
  sglangWeightVersion: { flag: '--sglang-weight-version', origin: 'sglang', arity: 1, type: 'str' },
  sharpEnabledGroup: { flag: '--sharp-enabled-group', origin: 'megatron', arity: 1, type: 'str', choices: ['dp', 'dp_replica'] },
  shortSeqProb: { flag: '--short-seq-prob', origin: 'megatron', arity: 1, type: 'float' },
  skipEvalBeforeTrain: { flag: '--skip-eval-before-train', origin: 'slime', arity: 0 },
  skipTrain: { flag: '--skip-train', origin: 'megatron', arity: 0 },
  softmaxType: { flag: '--softmax-type', origin: 'megatron', arity: 1, type: 'str', choices: ['vanilla', 'off-by-one', 'learnable'] },
  spec: { flag: '--spec', origin: 'megatron', arity: '*', type: 'str' },
  split: { flag: '--split', origin: 'megatron', arity: 1, type: 'str' },
  squaredRelu: { flag: '--squared-relu', origin: 'megatron', arity: 0 },
  startRolloutId: { flag: '--start-rollout-id', origin: 'slime', arity: 1, type: 'int' },
  startWeightDecay: { flag: '--start-weight-decay', origin: 'megatron', arity: 1, type: 'float' },
  stragglerCtrlrPort: { flag: '--straggler-ctrlr-port', origin: 'megatron', arity: 1, type: 'int' },
  stragglerMinmaxCount: { flag: '--straggler-minmax-count', origin: 'megatron', arity: 1, type: 'int' },
  suggestedCommunicationUnitSize: { flag: '--suggested-communication-unit-size', origin: 'megatron', arity: 1, type: 'int' },
  swiglu: { flag: '--swiglu', origin: 'megatron', arity: 0 },
  swinBackboneType: { flag: '--swin-backbone-type', origin: 'megatron', arity: 1, type: 'str', choices: ['tiny', 'base', 'h3'] },
  symmetricArType: { flag: '--symmetric-ar-type', origin: 'megatron', arity: 1, type: 'str', choices: ['two_shot', 'one_shot', 'multimem_all_reduce'] },
  tbExperimentName: { flag: '--tb-experiment-name', origin: 'slime', arity: 1, type: 'str' },
  tbProjectName: { flag: '--tb-project-name', origin: 'slime', arity: 1, type: 'str' },
  tePrecisionConfigFile: { flag: '--te-precision-config-file', origin: 'megatron', arity: 1 },
  teRngTracker: { flag: '--te-rng-tracker', origin: 'megatron', arity: 0 },
  tensorModelParallelSize: { flag: '--tensor-model-parallel-size', origin: 'megatron', arity: 1, type: 'int' },
  tensorboardDir: { flag: '--tensorboard-dir', origin: 'megatron', arity: 1, type: 'str' },
  tensorboardLogInterval: { flag: '--tensorboard-log-interval', origin: 'megatron', arity: 1, type: 'int' },
  tensorboardQueueSize: { flag: '--tensorboard-queue-size', origin: 'megatron', arity: 1, type: 'int' },
  testDataPath: { flag: '--test-data-path', origin: 'megatron', arity: '*' },
  testMode: { flag: '--test-mode', origin: 'megatron', arity: 0 },
  tiktokenNumSpecialTokens: { flag: '--tiktoken-num-special-tokens', origin: 'megatron', arity: 1, type: 'int' },
  tiktokenPattern: { flag: '--tiktoken-pattern', origin: 'megatron', arity: 1, type: 'str' },
  tiktokenSpecialTokens: { flag: '--tiktoken-special-tokens', origin: 'megatron', arity: '+', type: 'str' },
  timingLogLevel: { flag: '--timing-log-level', origin: 'megatron', arity: 1, type: 'int', choices: [0, 1, 2] },
  timingLogOption: { flag: '--timing-log-option', origin: 'megatron', arity: 1, type: 'str', choices: ['max', 'minmax', 'all'] },
  tisClip: { flag: '--tis-clip', origin: 'slime', arity: 1, type: 'float' },
  tisClipLow: { flag: '--tis-clip-low', origin: 'slime', arity: 1, type: 'float' },
  titlesDataPath: { flag: '--titles-data-path', origin: 'megatron', arity: 1, type: 'str' },
  tokenizerHfIncludeSpecialTokens: { flag: '--tokenizer-hf-include-special-tokens', origin: 'megatron', arity: 0 },
  tokenizerHfUseFast: { flag: '--tokenizer-hf-use-fast', origin: 'megatron', arity: 0 },
  tokenizerMetadata: { flag: '--tokenizer-metadata', origin: 'megatron', arity: 1, type: 'str' },
  tokenizerModel: { flag: '--tokenizer-model', origin: 'megatron', arity: 1, type: 'str' },
  tokenizerSentencepieceLegacy: { flag: '--tokenizer-sentencepiece-legacy', origin: 'megatron', arity: 0 },
  tokenizerSpecialTokens: { flag: '--tokenizer-special-tokens', origin: 'megatron', arity: '+', type: 'str' },
  tokenizerType: { flag: '--tokenizer-type', origin: 'megatron', arity: 1, type: 'str', choices: ['BertWordPieceLowerCase', 'BertWordPieceCase', 'GPT2BPETokenizer', 'SentencePieceTokenizer', 'GPTSentencePieceTokenizer', 'HuggingFaceTokenizer', 'Llama2Tokenizer', 'TikTokenizer', 'MultimodalTokenizer', 'NullTokenizer', 'NullMultimodalTokenizer', 'SFTTokenizer'] },
  toolKey: { flag: '--tool-key', origin: 'slime', arity: 1, type: 'str' },
  torchFsdp2NoReshardAfterForward: { flag: '--torch-fsdp2-no-reshard-after-forward', origin: 'megatron', arity: 0 },
  tpCommBootstrapBackend: { flag: '--tp-comm-bootstrap-backend', origin: 'megatron', arity: 1, type: 'str', choices: ['nccl', 'mpi', 'gloo'] },
  tpCommOverlap: { flag: '--tp-comm-overlap', origin: 'megatron', arity: 0 },
  tpCommOverlapCfg: { flag: '--tp-comm-overlap-cfg', origin: 'megatron', arity: 1, type: 'str' },
  tpCommOverlapRsDgrad: { flag: '--tp-comm-overlap-rs-dgrad', origin: 'megatron', arity: 0 },
  trainDataPath: { flag: '--train-data-path', origin: 'megatron', arity: '*' },
  trainEnvVars: { flag: '--train-env-vars', origin: 'slime', arity: 1, type: 'json' },
  trainIters: { flag: '--train-iters', origin: 'megatron', arity: 1, type: 'int' },
  trainSamples: { flag: '--train-samples', origin: 'megatron', arity: 1, type: 'int' },
  trainSyncInterval: { flag: '--train-sync-interval', origin: 'megatron', arity: 1, type: 'int' },
  transformerImpl: { flag: '--transformer-impl', origin: 'megatron', arity: 1, type: 'str', choices: ['local', 'transformer_engine', 'inference_optimized'] },
  trustRemoteCode: { flag: '--trust-remote-code', origin: 'megatron', arity: 0 },
  untieEmbeddingsAndOutputWeights: { flag: '--untie-embeddings-and-output-weights', origin: 'megatron', arity: 0 },
  updateWeightBufferSize: { flag: '--update-weight-buffer-size', origin: 'slime', arity: 1, type: 'int' },
  updateWeightDeltaChecksum: { flag: '--update-weight-delta-checksum', origin: 'slime', arity: 1, choices: ['xxh3-128', 'blake3', 'adler32'] },
  updateWeightDeltaEncoding: { flag: '--update-weight-delta-encoding', origin: 'slime', arity: 1, choices: ['xor', 'overwrite'] },
  updateWeightDiskDir: { flag: '--update-weight-disk-dir', origin: 'slime', arity: 1, type: 'str' },
  updateWeightDiskKeepFiles: { flag: '--update-weight-disk-keep-files', origin: 'slime', arity: 0 },
  updateWeightLocalCheckpointDir: { flag: '--update-weight-local-checkpoint-dir', origin: 'slime', arity: 1, type: 'str' },
  updateWeightMode: { flag: '--update-weight-mode', origin: 'slime', arity: 1, choices: ['full', 'delta'] },
  updateWeightTransport: { flag: '--update-weight-transport', origin: 'slime', arity: 1, choices: ['nccl', 'disk'] },
  updateWeightsInterval: { flag: '--update-weights-interval', origin: 'slime', arity: 1, type: 'int' },
  useCheckpointArgs: { flag: '--use-checkpoint-args', origin: 'megatron', arity: 0 },
  useCheckpointOptParamScheduler: { flag: '--use-checkpoint-opt-param-scheduler', origin: 'megatron', arity: 0 },
  useCpuInitialization: { flag: '--use-cpu-initialization', origin: 'megatron', arity: 0 },
  useDistCkpt: { flag: '--use-dist-ckpt', origin: 'megatron', arity: 0 },
  useDistributedOptimizer: { flag: '--use-distributed-optimizer', origin: 'megatron', arity: 0 },
  useDistributedPost: { flag: '--use-distributed-post', origin: 'slime', arity: 0 },
  useDynamicBatchSize: { flag: '--use-dynamic-batch-size', origin: 'slime', arity: 0 },
  useFaultTolerance: { flag: '--use-fault-tolerance', origin: 'slime', arity: 0 },
  useFlashAttn: { flag: '--use-flash-attn', origin: 'megatron', arity: 0 },
  useFusedWeightedSquaredRelu: { flag: '--use-fused-weighted-squared-relu', origin: 'megatron', arity: 0 },
  useGatedAttention: { flag: '--use-gated-attention', origin: 'megatron', arity: 0 },
  useKitchenAttention: { flag: '--use-kitchen-attention', origin: 'megatron', arity: 0 },
  useKlLoss: { flag: '--use-kl-loss', origin: 'slime', arity: 0 },
  useLegacyModels: { flag: '--use-legacy-models', origin: 'megatron', arity: 0 },
  useLegacyStaticEngine: { flag: '--use-legacy-static-engine', origin: 'megatron', arity: 0 },
  useMcoreModels: { flag: '--use-mcore-models', origin: 'megatron', arity: 0 },
  useMegatronFsdp: { flag: '--use-megatron-fsdp', origin: 'megatron', arity: 0 },
  useMpArgsFromCheckpointArgs: { flag: '--use-mp-args-from-checkpoint-args', origin: 'megatron', arity: 0 },
  useNcclUb: { flag: '--use-nccl-ub', origin: 'megatron', arity: 0 },
  useOneSentDocs: { flag: '--use-one-sent-docs', origin: 'megatron', arity: 0 },
  useOpd: { flag: '--use-opd', origin: 'slime', arity: 0 },
  useOpsm: { flag: '--use-opsm', origin: 'slime', arity: 0 },
  usePersistentCkptWorker: { flag: '--use-persistent-ckpt-worker', origin: 'megatron', arity: 0 },
  usePrecisionAwareOptimizer: { flag: '--use-precision-aware-optimizer', origin: 'megatron', arity: 0 },
  usePytorchProfiler: { flag: '--use-pytorch-profiler', origin: 'megatron', arity: 0 },
  useRingExchangeP2p: { flag: '--use-ring-exchange-p2p', origin: 'megatron', arity: 0 },
  useRolloutEntropy: { flag: '--use-rollout-entropy', origin: 'slime', arity: 0 },
  useRolloutLogprobs: { flag: '--use-rollout-logprobs', origin: 'slime', arity: 0 },
  useRolloutRoutingReplay: { flag: '--use-rollout-routing-replay', origin: 'slime', arity: 0 },
  useRopeScaling: { flag: '--use-rope-scaling', origin: 'megatron', arity: 0 },
  useRotaryPositionEmbeddings: { flag: '--use-rotary-position-embeddings', origin: 'megatron', arity: 0 },
  useRoutingReplay: { flag: '--use-routing-replay', origin: 'slime', arity: 0 },
  useSharp: { flag: '--use-sharp', origin: 'megatron', arity: 0 },
  useStatelessAdam: { flag: '--use-stateless-adam', origin: 'slime', arity: 0 },
  useTeActivationFunc: { flag: '--use-te-activation-func', origin: 'megatron', arity: 0 },
  useTensorboard: { flag: '--use-tensorboard', origin: 'slime', arity: 0 },
  useTis: { flag: '--use-tis', origin: 'slime', arity: 0 },
  useTorchFsdp2: { flag: '--use-torch-fsdp2', origin: 'megatron', arity: 0 },
  useTorchOptimizerForCpuOffload: { flag: '--use-torch-optimizer-for-cpu-offload', origin: 'megatron', arity: 0 },
  useTpPpDpMapping: { flag: '--use-tp-pp-dp-mapping', origin: 'megatron', arity: 0 },
  useUnbiasedKl: { flag: '--use-unbiased-kl', origin: 'slime', arity: 0 },
  useWandb: { flag: '--use-wandb', origin: 'slime', arity: 0 },
  vHeadDim: { flag: '--v-head-dim', origin: 'megatron', arity: 1, type: 'int' },
  validDataPath: { flag: '--valid-data-path', origin: 'megatron', arity: '*' },
  valueClip: { flag: '--value-clip', origin: 'slime', arity: 1, type: 'float' },
  visionBackboneType: { flag: '--vision-backbone-type', origin: 'megatron', arity: 1, type: 'str', choices: ['vit', 'mit', 'swin'] },
  visionPretraining: { flag: '--vision-pretraining', origin: 'megatron', arity: 0 },
  visionPretrainingType: { flag: '--vision-pretraining-type', origin: 'megatron', arity: 1, type: 'str', choices: ['classify', 'inpaint', 'dino'] },
  vocabExtraIds: { flag: '--vocab-extra-ids', origin: 'megatron', arity: 1, type: 'int' },
  vocabFile: { flag: '--vocab-file', origin: 'megatron', arity: 1, type: 'str' },
  vocabSize: { flag: '--vocab-size', origin: 'megatron', arity: 1, type: 'int' },
  wandbAlwaysUseTrainStep: { flag: '--wandb-always-use-train-step', origin: 'slime', arity: 0 },
  wandbDir: { flag: '--wandb-dir', origin: 'slime', arity: 1, type: 'str' },
  wandbEntity: { flag: '--wandb-entity', origin: 'megatron', arity: 1, type: 'str' },
  wandbExpName: { flag: '--wandb-exp-name', origin: 'megatron', arity: 1, type: 'str' },
  wandbGroup: { flag: '--wandb-group', origin: 'slime', arity: 1, type: 'str' },
  wandbHost: { flag: '--wandb-host', origin: 'slime', arity: 1, type: 'str' },
  wandbKey: { flag: '--wandb-key', origin: 'slime', arity: 1, type: 'str' },
  wandbMode: { flag: '--wandb-mode', origin: 'slime', arity: 1, type: 'str', choices: ['online', 'offline', 'disabled'] },
  wandbProject: { flag: '--wandb-project', origin: 'megatron', arity: 1, type: 'str' },
  wandbRunId: { flag: '--wandb-run-id', origin: 'slime', arity: 1, type: 'str' },
  wandbSaveDir: { flag: '--wandb-save-dir', origin: 'megatron', arity: 1, type: 'str' },
  wandbTeam: { flag: '--wandb-team', origin: 'slime', arity: 1, type: 'str' },
  warmup: { flag: '--warmup', origin: 'megatron', arity: 1, type: 'int' },
  weightDecay: { flag: '--weight-decay', origin: 'megatron', arity: 1, type: 'float' },
  weightDecayIncrStyle: { flag: '--weight-decay-incr-style', origin: 'megatron', arity: 1, type: 'str', choices: ['constant', 'linear', 'cosine'] },
  wgradDeferralLimit: { flag: '--wgrad-deferral-limit', origin: 'megatron', arity: 1, type: 'int' },
  windowAttnSkipFreq: { flag: '--window-attn-skip-freq', origin: 'megatron', arity: 1 },
  windowSize: { flag: '--window-size', origin: 'megatron', arity: 1 },
  yamlCfg: { flag: '--yaml-cfg', origin: 'megatron', arity: 1, type: 'str' },
}
