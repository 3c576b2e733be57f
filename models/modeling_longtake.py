"""Hugging Face form of the model: `from_pretrained`, `save_pretrained`, gradient checkpointing, LoRA by peft."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers import initialization as init

from models.clip_reader import ClipBatch, TrackLogits
from models.configuration_longtake import LongtakeConfig
from models.longtake import make_clip_reader, make_question_reader, make_unseen_reader
from models.question_reader import QuestionLogits, QuestionReader
from models.transformer_xl import TransformerXLLayer


class LongtakeModel(PreTrainedModel):
    """clips: `models.clip_reader.ClipReader`; unseen: `models.unseen.UnseenReader`; questions:
    `models.question_reader.QuestionReader`."""

    config_class = LongtakeConfig
    base_model_prefix = "longtake"
    supports_gradient_checkpointing = True

    def __init__(self, config: LongtakeConfig):
        super().__init__(config)
        self.clips = make_clip_reader(config.settings)
        self.unseen = make_unseen_reader(config.settings)
        self.questions = make_question_reader(config.settings)
        self.post_init()

    def forward(self, clip_batch: ClipBatch, *, grad_segments: int | None = 4) -> TrackLogits:
        """Judge the tracks of a batch of clips."""
        return self.clips(clip_batch, grad_segments=grad_segments)

    def read_questions(self, states_BLW: Tensor, features_BLP: Tensor, mask_BL: Tensor) -> QuestionLogits:
        """Intent, roles and the rest of a batch of questions."""
        return self.questions(states_BLW, features_BLP, mask_BL)

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, TransformerXLLayer):
            for parameter in (module.u, module.v, module.w_r):
                init.normal_(parameter, std=0.02)
        elif isinstance(module, QuestionReader):
            init.normal_(module.queries, std=0.02)


AutoConfig.register("longtake", LongtakeConfig)
AutoModel.register(LongtakeConfig, LongtakeModel)
